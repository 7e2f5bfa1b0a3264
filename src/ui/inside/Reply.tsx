import type { ReactNode } from 'react';
import type { FamilyId } from '../../spec/schema.ts';
import { words } from '../words.ts';

interface Props<R> {
  family: FamilyId;
  /** What it is told about, beside the name. */
  about?: string;
  reply: { step: number; reply: R } | { step: number; refused: string } | undefined;
  children: (reply: R) => ReactNode;
}

/** What a family has answered, or why it could not. */
export function Reply<R>({ family, about, reply, children }: Props<R>) {
  if (!reply) return null;
  return (
    <article className={`reply name-${family}`}>
      <h3>
        {words.families[family].long} {about && <small>{about}</small>}
      </h3>
      {'reply' in reply ? children(reply.reply) : <p className="hint">{words.inside.refused(reply.refused)}</p>}
    </article>
  );
}
