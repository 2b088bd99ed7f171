import { fixed, isMet, type Result } from './result.ts';

const ROW = 24;
const LABELS = 250;
const BARS = 420;
const VALUES = 130;
/** What a bar's whole length stands for, as a multiple of the aim; longer ones are cut. */
const MOST = 2;

/**
 * An SVG with a bar for every result: how much of what its aim allows it takes, so that shorter is
 * better whichever way the aim points, and a bar that crosses the line misses.
 */
export function chart(results: readonly Result[], machine: string): string {
  const width = LABELS + BARS + VALUES;
  const height = ROW * (results.length + 2);
  const aim = LABELS + BARS / MOST;
  const rows = results.map((result, i) => {
    const y = ROW * (i + 1);
    const { name, ratio, op } = result;
    const colour = isMet(result) ? '#2e7d32' : '#c62828';
    return `<text x="${LABELS - 8}" y="${y + 16}" text-anchor="end">${xml(name)}</text>
<rect x="${LABELS}" y="${y + 4}" width="${fixed(share(result) * BARS, 1)}" height="${ROW - 8}" fill="${colour}"/>
<text x="${LABELS + BARS + 8}" y="${y + 16}">${fixed(ratio)} ${xml(op)} ${result.aim}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${aim}" y="16" text-anchor="middle">the aim</text>
${rows.join('\n')}
<line x1="${aim}" y1="${ROW}" x2="${aim}" y2="${height - ROW}" stroke="#000" stroke-dasharray="4 3"/>
<text x="${width / 2}" y="${height - 8}" text-anchor="middle" font-size="11">Shorter is better; red misses its aim. ${xml(machine)}</text>
</svg>
`;
}

/** Of the whole length of a bar, 0 to 1. */
function share({ ratio, op, aim }: Result): number {
  const used = op === '>=' ? aim / ratio : aim > 0 ? ratio / aim : ratio > 0 ? MOST : 0;
  return Math.min(used, MOST) / MOST;
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
