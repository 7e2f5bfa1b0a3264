import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { formatNumber } from '../../analysis/format.ts';
import { canBet, dropBet, isRacing, placeBet } from '../shown/bet.ts';
import { setPage, usePage } from '../store.ts';
import { words } from '../words.ts';

const text = words.bet;

/** A bet on where the curves cross, by a click on the chart or as a number; afterwards the verdict says how good it was. */
export function Bet() {
  const bet = usePage((state) => state.bet);
  const open = usePage(canBet);
  const racing = usePage(isRacing);
  const betting = usePage((state) => state.betting);
  const waits = usePage((state) => state.bet?.race === null);
  const button = useRef<HTMLButtonElement>(null);
  const form = betting && open;
  const formBefore = useRef(form);
  useEffect(() => {
    // The field has gone: the focus goes to what stands in its place, unless it is elsewhere already.
    if (formBefore.current && !form && document.activeElement === document.body) button.current?.focus();
    formBefore.current = form;
  }, [form]);
  if (form) return <Form />;
  if (bet && (waits || (racing && open)))
    return (
      <p className="bet">
        ⚑ {(waits ? text.next : text.open)(formatNumber(bet.epoch))}
        <button ref={button} type="button" className="link" onClick={dropBet}>
          {text.drop}
        </button>
      </p>
    );
  if (!open) return null;
  return (
    <p className="bet">
      {text.question}
      <button ref={button} type="button" className="link" onClick={() => setPage({ betting: true })}>
        {text.place}
      </button>
    </p>
  );
}

function Form() {
  const [epoch, setEpoch] = useState('');
  const id = useId();
  const place = (event: FormEvent) => {
    event.preventDefault();
    placeBet(Number(epoch));
  };
  return (
    <form className="bet" onSubmit={place}>
      <label htmlFor={id}>{text.question}</label>
      <input
        id={id}
        className="number"
        type="number"
        min="0"
        step="any"
        inputMode="decimal"
        placeholder={text.epoch}
        value={epoch}
        // biome-ignore lint/a11y/noAutofocus: the field replaces the button that was just pressed
        autoFocus
        onChange={(event) => setEpoch(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && setPage({ betting: false })}
      />
      <button type="submit" disabled={!(Number(epoch) > 0)}>
        {text.ok}
      </button>
      <button type="button" className="link" onClick={() => setPage({ betting: false })}>
        {text.cancel}
      </button>
      <span className="hint">{text.click}</span>
    </form>
  );
}
