import type { Follow, RouteRequest } from '../../functions/decide/decision.ts';
import type { RuleSeen } from '../../functions/decide/trace.ts';
import { DROP_TEXT } from '../../functions/explain/drop-text.ts';
import type { Explanation } from '../../functions/explain/explain.ts';
import type { Hop } from '../../functions/explain/follow.ts';
import { ladderOf } from './call-ladder.ts';
import { drawLadder } from './ladder.ts';
import type { Paint } from './terminal.ts';

/** An explanation as people read it: what it comes to, why, and the call drawn as a ladder. */
export function explanationText(
  request: RouteRequest,
  explanation: Explanation,
  peer: string,
  paint: Paint,
): string {
  const { journey, ends, ...first } = explanation;
  const hops: readonly Hop[] = journey ?? [{ requestUri: request.requestUri, ...first }];
  const lines = hops.flatMap((hop) => [...hopLines(hop, paint), '']);
  if (ends) {
    const status = ends.status === undefined ? '' : ` ${ends.status}`;
    lines.push(
      `Ends: ${paint('bold', `${ends.how}${status}`)} at ${withoutToken(ends.requestUri)}`,
      '',
    );
  }
  lines.push(...drawLadder(ladderOf(request, hops, peer, ends)));
  return `${lines.join('\n')}\n`;
}

const COLOURS = { redirect: 'green', continue: 'cyan', reject: 'red' } as const;

function* hopLines({ requestUri, decision, considered, dropped }: Hop, paint: Paint) {
  const { action, status, reason, rule, ringSeconds, contacts = [], headers = [] } = decision;
  const what = [action, status, reason].filter((part) => part !== undefined).join(' ');
  yield `${withoutToken(requestUri)}: ${paint(COLOURS[action], what)}${rule === undefined ? '' : ` by rule ${paint('bold', rule)}`}`;
  if (ringSeconds !== undefined) yield `  asks again when it has rung for ${ringSeconds} s`;
  for (const contact of contacts) yield `  Contact: ${contact}`;
  for (const header of headers) yield `  ${header}`;
  if (decision.follow) yield* followLines(decision.follow);
  if (considered.length > 0) yield '  Rules, in order:';
  for (const seen of considered) yield `    ${ruleLine(seen, paint)}`;
  if (dropped.length > 0) yield '  Targets not used:';
  for (const { target, why } of dropped)
    yield `    ${paint('red', '✗')} ${target}: ${DROP_TEXT[why]}`;
}

/** What the edge calls itself, a line for each leg. */
function* followLines({ legs }: Follow) {
  yield '  The edge calls these itself:';
  for (const [index, { ringSeconds, branches }] of legs.entries()) {
    const called = branches.map((branch) =>
      'self' in branch ? "the called user's own phones" : withoutToken(branch.contact),
    );
    const limit = ringSeconds === undefined ? '' : `, for ${ringSeconds} s`;
    yield `    ${index + 1}. ${called.join(' and ')}${limit}`;
    for (const branch of branches) {
      if ('self' in branch) continue;
      const { from, assertedIdentity } = branch;
      if (assertedIdentity) yield `       P-Asserted-Identity: ${assertedIdentity}`;
      if (from) yield `       From: ${from}`;
    }
  }
}

function ruleLine({ rule, layer, held, conditions }: RuleSeen, paint: Paint): string {
  const seen = conditions.map(({ condition, value, held, because }) => {
    const entries = because === undefined ? '' : ` [${because.join('; ')}]`;
    const shown = Array.isArray(value) ? value.join(', ') : String(value);
    const text = `${condition} ${shown}${entries}`;
    return held ? text : paint('red', `${text}: no`);
  });
  const sign = held ? paint('green', '✓') : paint('red', '✗');
  return `${sign} ${layer}: ${rule}${seen.length > 0 ? ` (${seen.join('; ')})` : ''}`;
}

/** The loop token tells a person nothing. */
export const withoutToken = (uri: string): string => uri.replace(/;dv=[^;>?]*/i, '');
