import { type CSSProperties, useId, useState } from 'react';
import { formatPercent } from '../../analysis/format.ts';
import type { AnswerOf, AttentionMaps, ReadText } from '../../lab/protocol.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { Table } from '../panels/Table.tsx';
import { HIDDEN } from '../player.ts';
import { words } from '../words.ts';
import { MapCanvas, type MapCell } from './MapCanvas.tsx';
import { Reply } from './Reply.tsx';
import { choose, chooseHead, chooseLayer, hideChosen, useInside, usePlace } from './state.ts';
import { gapOf, type Looked, lookedAt, looksMost, nameOf } from './tokens.ts';

const text = words.inside.attention;

/** Small probabilities are seen, too. */
const shade = (p: number) => Math.sqrt(p);

/** Where the heads of both models look when the place of the chosen token is predicted. */
export function Attention() {
  const answer = useInside((state) => state.attend);
  const problem = useInside((state) => state.problems.attend);
  const hide = useInside((state) => state.hide);
  if (!answer) return problem ? <p className="hint">{words.inside.refused(problem.message)}</p> : null;
  return (
    <section aria-labelledby="inside-attention">
      <div className="inside-head">
        <h2 id="inside-attention">{text.title}</h2>
        <p className="hint">{text.key}</p>
      </div>
      <p className="about">
        {text.what} {text.unrelated}
      </p>
      {problem && <p className="hint">{words.inside.refused(problem.message)}</p>}
      <div className="inside-controls">
        <label className="check">
          <input type="checkbox" checked={hide} onChange={(event) => hideChosen(event.target.checked)} />
          {text.hide}
        </label>
        <Layers />
      </div>
      <div className="both">
        {FAMILIES.map((family) => (
          <Reply key={family} family={family} reply={answer.families[family]}>
            {(maps) => <Maps family={family} maps={maps} read={answer.read} />}
          </Reply>
        ))}
      </div>
      <p className="hint">{text.point}</p>
      <details className="fold">
        <summary>{text.table}</summary>
        <Numbers answer={answer} />
      </details>
    </section>
  );
}

/** Where the models are so large that one layer at a time is told. */
function Layers() {
  const all = useInside((state) => state.subject?.spec.model.layers ?? 0);
  const told = useInside(({ attend }) =>
    Math.min(...FAMILIES.map((family) => mapsOf(attend, family)?.layers.length ?? all)),
  );
  const layer = useInside((state) => state.heads.ar.layer);
  const id = useId();
  if (told >= all) return null;
  return (
    <div className="inside-layer">
      <label htmlFor={id}>{text.layer}</label>
      <select id={id} value={layer} onChange={(event) => chooseLayer(Number(event.target.value))}>
        {Array.from({ length: all }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a layer is its number
          <option key={i} value={i}>
            {i + 1}
          </option>
        ))}
      </select>
    </div>
  );
}

function mapsOf(answer: AnswerOf<'attend'> | null, family: FamilyId): AttentionMaps | undefined {
  const of = answer?.families[family];
  return of && 'reply' in of ? of.reply : undefined;
}

/** The map of a layer's head, by its number among those that are told; the first where it is not among them. */
function mapNumber({ layers, heads }: AttentionMaps, { layer, head }: { layer: number; head: number }): number {
  return Math.max(0, layers.indexOf(layer)) * heads + Math.min(head, heads - 1);
}

interface MapsProps {
  family: FamilyId;
  maps: AttentionMaps;
  read: ReadText;
}

function Maps({ family, maps, read }: MapsProps) {
  const place = usePlace(read);
  const chosen = useInside((state) => state.heads[family]);
  const hide = useInside((state) => state.hide);
  const [pointed, point] = useState<MapCell | null>(null);
  const { length } = read.tokens;
  const { name } = words.families[family];
  const number = mapNumber(maps, chosen);
  const layer = maps.layers[Math.floor(number / maps.heads)];
  const head = text.head(layer + 1, (number % maps.heads) + 1);
  const looked = lookedAt(maps, number, place, length);
  const summary = text.looks(nameOf(read.tokens[place]), looksMost(looked, read, place));
  const cell = pointed && pointed.row < length && cellWords(maps, number, pointed, read);
  return (
    <>
      <Heads family={family} maps={maps} number={number} />
      <p className="map-name">{head}</p>
      <div className="map" style={{ '--row': place / maps.size, '--rows': maps.size } as CSSProperties}>
        <MapCanvas
          values={mapAt(maps, number)}
          size={maps.size}
          shade={shade}
          label={text.map(name, head, summary)}
          onPoint={point}
          onChoose={({ row }) => row < length && choose(row)}
        />
        <span className="map-row" aria-hidden="true" />
      </div>
      <p className="map-point hint" aria-hidden="true">
        {cell || ' '}
      </p>
      <LookedText read={read} looked={looked} place={place} masked={hide && family === 'diffusion'} />
      <p aria-live="polite">{summary}</p>
      {maps.experts && <p className="hint">{text.experts(expertsOf(maps.experts, maps, place))}</p>}
    </>
  );
}

function mapAt({ maps, size }: AttentionMaps, number: number): Float32Array {
  return maps.subarray(number * size * size, (number + 1) * size * size);
}

/** A cell of a map in words. */
function cellWords(maps: AttentionMaps, number: number, { row, column }: MapCell, { tokens }: ReadText): string {
  const p = mapAt(maps, number)[row * maps.size + column];
  const token = column - (maps.given === 'before' ? 1 : 0);
  const seen = token < 0 ? text.start : token < tokens.length ? nameOf(tokens[token]) : text.unknown;
  return text.at(nameOf(tokens[row]), seen, formatPercent(p));
}

/** Experts of a place, layer by layer, from 1. */
function expertsOf(
  { k, choice }: NonNullable<AttentionMaps['experts']>,
  { size }: AttentionMaps,
  place: number,
): string {
  const layers = choice.length / (size * k);
  return Array.from({ length: layers }, (_, layer) => {
    const first = (layer * size + place) * k;
    return Array.from(choice.subarray(first, first + k), (expert) => expert + 1).join(' + ');
  }).join('; ');
}

/** All heads, small: one of them is shown large. */
function Heads({ family, maps, number }: { family: FamilyId; maps: AttentionMaps; number: number }) {
  const group = useId();
  return (
    <fieldset className="heads">
      <legend className="hidden">{text.heads(words.families[family].name)}</legend>
      {maps.layers.map((layer, i) => (
        <div key={layer} className="heads-layer">
          <span className="hint" aria-hidden="true">
            {layer + 1}
          </span>
          {Array.from({ length: maps.heads }, (_, head) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a head is its number
            <label key={head} className="thumb" title={text.head(layer + 1, head + 1)}>
              <input
                type="radio"
                name={group}
                checked={number === i * maps.heads + head}
                aria-label={text.head(layer + 1, head + 1)}
                onChange={() => chooseHead(family, { layer, head })}
              />
              <MapCanvas values={mapAt(maps, i * maps.heads + head)} size={maps.size} shade={shade} />
            </label>
          ))}
        </div>
      ))}
    </fieldset>
  );
}

/** The text, shaded by where the head looks. What is said of it is the summary. */
function LookedText(props: { read: ReadText; looked: Looked; place: number; masked: boolean }) {
  const { read, looked, place, masked } = props;
  const gap = gapOf(read);
  return (
    <p className="strip looked" aria-hidden="true">
      {looked.start > 0 && (
        <span className="shaded" style={shadeStyle(looked.start)}>
          {text.startShort}
        </span>
      )}
      {read.tokens.map((token, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a token has no identity but its place
        <span key={i}>
          <span
            className={i === place ? 'shaded is-chosen' : looked.tokens[i] === 0 ? 'unseen' : 'shaded'}
            style={shadeStyle(looked.tokens[i])}
          >
            {i === place && masked ? HIDDEN : token === '\n' ? '↵' : token}
          </span>
          {token === '\n' ? <br /> : gap}
        </span>
      ))}
      {looked.beyond > 0 && (
        <span className="shaded" style={shadeStyle(looked.beyond)}>
          {HIDDEN.repeat(2)}…
        </span>
      )}
    </p>
  );
}

const shadeStyle = (p: number) => ({ '--shade': shade(p).toFixed(3) }) as CSSProperties;

function Numbers({ answer }: { answer: AnswerOf<'attend'> }) {
  const { read } = answer;
  const place = usePlace(read);
  const heads = useInside((state) => state.heads);
  const looked = FAMILIES.map((family) => {
    const maps = mapsOf(answer, family);
    return maps && lookedAt(maps, mapNumber(maps, heads[family]), place, read.tokens.length);
  });
  return (
    <Table label={text.caption(nameOf(read.tokens[place]))} columns={text.columns(read.words)} tall>
      <tbody>
        {read.tokens.map((token, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a token has no identity but its place
          <tr key={i}>
            <th scope="row">{i + 1}</th>
            <td>{nameOf(token)}</td>
            {looked.map((each, family) => (
              <td key={FAMILIES[family]}>{each ? formatPercent(each.tokens[i]) : '–'}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
