import type { Ladder } from '../../../explain/call-ladder.ts';
import { t } from '../words.ts';

const WIDTH = 150;
const ROW = 34;
const TOP = 40;

/** The messages of a call, drawn and, for whoever can't see that, as a list beside it. */
export function LadderView({ ladder }: { readonly ladder: Ladder }) {
  const { participants, messages } = ladder;
  const width = participants.length * WIDTH;
  const height = TOP + (messages.length + 0.5) * ROW;
  const middle = (place: number): number => place * WIDTH + WIDTH / 2;
  return (
    <div class="ladder">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <section class="drawing" tabIndex={0} aria-label={t('ladder')}>
        <svg {...{ width, height }} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {participants.map((name, i) => (
            <g key={name}>
              <text x={middle(i)} y="20" class="head">
                {name}
              </text>
              <line x1={middle(i)} x2={middle(i)} y1="30" y2={height} class="life" />
            </g>
          ))}
          {messages.map(({ from, to, text }, i) => {
            const y = TOP + (i + 0.75) * ROW;
            const [x, end] = [middle(from), middle(to)];
            const back = from < to ? -8 : 8;
            return (
              <g key={i}>
                <text x={(x + end) / 2} y={y - 6}>
                  {text}
                </text>
                <path d={`M${x} ${y}H${end}m${back} -5L${end} ${y}l${back} 5`} />
              </g>
            );
          })}
        </svg>
      </section>
      <details>
        <summary>{t('ladder-list')}</summary>
        <ol>
          {messages.map(({ from, to, text }, i) => (
            <li key={i}>
              {t('ladder-message', {
                from: participants[from] ?? '',
                to: participants[to] ?? '',
                text,
              })}
            </li>
          ))}
        </ol>
      </details>
    </div>
  );
}
