import { useMemo, useState } from 'react';
import { formatFixed, formatLoss, formatNumber } from '../../analysis/format.ts';
import type { AnswerOf, Likeness as LikenessOf } from '../../lab/protocol.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { words } from '../words.ts';
import { MapCanvas, type MapCell } from './MapCanvas.tsx';
import { Reply } from './Reply.tsx';
import { Strip } from './Strip.tsx';
import { chooseSymbol, useInside } from './state.ts';
import { chained, nameOf, shortOf } from './tokens.ts';

const text = words.inside.likeness;

/** A negative cosine is grey. */
const shade = (cosine: number) => cosine;

/** Which tokens a model treats alike: the nearest to the chosen one, and all pairs. */
export function Likeness() {
  const answer = useInside((state) => state.likeness);
  const read = useInside((state) => state.score?.read);
  const place = useInside((state) => state.place);
  const chosen = useInside((state) => state.symbol);
  const order = useMemo(() => orderOf(answer), [answer]);
  if (!answer || !read) return null;
  const { symbols } = answer;
  const symbol = chosen ?? Math.max(0, symbols.indexOf(read.tokens[place]));
  return (
    <section aria-labelledby="inside-likeness">
      <div className="inside-head">
        <h2 id="inside-likeness">{text.title(read.words, nameOf(symbols[symbol]))}</h2>
        <p className="hint">{text.key}</p>
      </div>
      <p className="about">{text.what}</p>
      <Strip
        label={text.symbols}
        tokens={symbols.map((each) => ({ text: shortOf(each), label: nameOf(each) }))}
        gap=" "
        chosen={symbol}
        onChoose={chooseSymbol}
      />
      <div className="both">
        {FAMILIES.map((family) => (
          <Reply key={family} family={family} reply={answer.families[family]}>
            {(likeness) => (
              <Neighbours family={family} likeness={likeness} symbols={symbols} symbol={symbol} order={order} />
            )}
          </Reply>
        ))}
      </div>
    </section>
  );
}

/** One order for both maps, so that they can be compared. */
function orderOf(answer: AnswerOf<'likeness'> | null): readonly number[] | undefined {
  for (const family of FAMILIES) {
    const of = answer?.families[family];
    if (of && 'reply' in of && of.reply.all) return chained(of.reply.all, of.reply.symbols);
  }
  return undefined;
}

interface NeighboursProps {
  family: FamilyId;
  likeness: LikenessOf;
  symbols: readonly string[];
  symbol: number;
  order: readonly number[] | undefined;
}

function Neighbours({ family, likeness, symbols, symbol, order }: NeighboursProps) {
  const { k, nearest, cosine, all, symbols: count } = likeness;
  const [pointed, point] = useState<MapCell | null>(null);
  const near = Array.from({ length: k }, (_, i) => ({
    token: symbols[nearest[symbol * k + i]],
    id: nearest[symbol * k + i],
    cosine: cosine[symbol * k + i],
  }));
  const list = near.slice(0, 3).map((each) => text.item(nameOf(each.token), formatLoss(each.cosine)));
  const at = pointed && order && { a: order[pointed.row], b: order[pointed.column] };
  return (
    <>
      <ol className="near" aria-label={text.nearest(nameOf(symbols[symbol]))}>
        {near.map((each) => (
          <li key={each.id}>
            <span className="near-token">{nameOf(each.token)}</span>
            <small>{formatFixed(each.cosine, 2)}</small>
          </li>
        ))}
      </ol>
      {all && order ? (
        <>
          <div className="map cosines">
            <MapCanvas
              values={all}
              size={count}
              order={order}
              shade={shade}
              label={text.map(words.families[family].name, count, nameOf(symbols[symbol]), list.join('; '))}
              onPoint={point}
              onChoose={({ row }) => chooseSymbol(order[row])}
            />
          </div>
          <p className="map-point hint" aria-hidden="true">
            {at ? text.at(nameOf(symbols[at.a]), nameOf(symbols[at.b]), formatLoss(all[at.a * count + at.b])) : ' '}
          </p>
        </>
      ) : (
        <p className="hint">{text.tooMany(formatNumber(count, 9))}</p>
      )}
    </>
  );
}
