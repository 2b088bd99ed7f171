import type { Ladder } from '../../functions/explain/call-ladder.ts';

/** Draws a ladder diagram in text: a column each, time runs down. */
export function drawLadder({ participants, messages }: Ladder): string[] {
  const width = columnWidth({ participants, messages });
  const head = participants.map((name) => centred(name, width)).join('');
  const lifelines = participants.map(() => centred('|', width)).join('');
  const middle = (column: number): number => column * width + Math.floor((width - 1) / 2);
  const drawn = messages.map(({ from, to, text }) => {
    const left = middle(Math.min(from, to)) + 1;
    const right = middle(Math.max(from, to));
    const shaft = right - left - 1;
    const label = ` ${text} `;
    const before = Math.floor((shaft - label.length) / 2);
    const line = '-'.repeat(before) + label + '-'.repeat(shaft - label.length - before);
    const arrow = from < to ? `${line}>` : `<${line}`;
    return lifelines.slice(0, left) + arrow + lifelines.slice(right);
  });
  return [head, ...drawn, lifelines].map((line) => line.trimEnd());
}

/** So wide that every name and every message finds room. */
function columnWidth({ participants, messages }: Ladder): number {
  const names = participants.map((name) => name.length + 2);
  const texts = messages.map(({ from, to, text }) =>
    Math.ceil((text.length + 8) / Math.max(1, Math.abs(to - from))),
  );
  return Math.max(12, ...names, ...texts);
}

function centred(text: string, width: number): string {
  const before = Math.floor((width - text.length) / 2);
  return text.padStart(before + text.length).padEnd(width);
}
