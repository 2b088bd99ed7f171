import type { DropReason } from '../../functions/decide/drop-reason.ts';
import { DROP_TEXT } from '../../functions/explain/drop-text.ts';

/**
 * A decision's log line as a person reads it: `10:03:19 alice → bob 486 → carol by busy-to-carol`.
 * Undefined where the line is no decision's.
 */
export function callLine(line: string): string | undefined {
  const said = decisionIn(line);
  if (said === undefined) return undefined;
  const time = new Date(said._aws?.Timestamp ?? Date.now()).toTimeString().slice(0, 8);
  return `${time} ${callText(said)}`;
}

/** The same without its time. */
export function callText(said: Decision): string {
  const { caller, called = 'nobody', outcome, action, status, targets, rule, degraded } = said;
  const { dropped = [] } = said;
  const shown = (name: string): string =>
    said.domain !== undefined && name.endsWith(`@${said.domain}`)
      ? name.slice(0, -said.domain.length - 1)
      : name;
  const where =
    action === 'redirect'
      ? ` → ${(targets ?? []).map(shown).join(', ')}`
      : action === 'reject'
        ? ` ✗ ${status}`
        : outcome === undefined
          ? ' rings'
          : '';
  // Emergency calls, whose number is nobody's, have no trigger.
  const nobody =
    said.trigger !== undefined && said.rules === 'read' && said.rulesVersion === undefined;
  return [
    `${shown(caller ?? 'somebody')} → ${called}${nobody ? ' (no subscriber)' : ''}`,
    outcome === undefined ? '' : ` ${outcome}`,
    where,
    rule === undefined ? '' : ` by ${rule}`,
    degraded ? ' (degraded)' : '',
    ...dropped.map(
      ({ target, why }) =>
        `, not to ${shown(target.replace(/^sips?:|;.*/g, ''))}: ${DROP_TEXT[why]}`,
    ),
  ].join('');
}

/** What the line says, as far as it is shown. */
export interface Decision {
  readonly _aws?: { readonly Timestamp?: number };
  readonly domain?: string;
  readonly caller?: string;
  readonly called?: string;
  readonly outcome?: number;
  readonly action: string;
  readonly status?: number;
  readonly targets?: readonly string[];
  readonly dropped?: readonly { readonly target: string; readonly why: DropReason }[];
  readonly rule?: string;
  readonly trigger?: string;
  readonly rules?: string;
  /** Absent where the called user is no subscriber. */
  readonly rulesVersion?: number;
  readonly degraded?: boolean;
}

function decisionIn(line: string): Decision | undefined {
  if (!line.includes('"event":"decision"')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
