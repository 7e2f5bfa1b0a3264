import { useState } from 'react';
import { words } from '../words.ts';

const text = words.error;

/** Copies a text. Without a secure context there is no clipboard, and no button: the text can still be selected. */
export function CopyButton({ content, label = text.copy }: { content: () => string; label?: string }) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  if (!window.isSecureContext) return null;
  const copy = () =>
    navigator.clipboard
      .writeText(content())
      .then(() => setCopied('yes'))
      .catch(() => setCopied('failed'));
  return (
    <button type="button" onClick={copy}>
      {copied === 'yes' ? text.copied : copied === 'failed' ? text.notCopied : label}
    </button>
  );
}
