import { CalendarFault } from './calendar-fault.ts';

/** A property of an iCalendar component (RFC 5545 §3.1). */
export interface Property {
  /** Upper case. */
  readonly name: string;
  /** By their name in upper case; quotes are taken off. */
  readonly params: ReadonlyMap<string, string>;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

/** A component (RFC 5545 §3.6): `VCALENDAR`, `VEVENT`, `VTIMEZONE` … */
export interface Component {
  /** Upper case. */
  readonly name: string;
  /** Where it begins, from 1. */
  readonly line: number;
  readonly properties: readonly Property[];
  readonly components: readonly Component[];
}

/** Components inside one another, more than any calendar has. */
const DEEPEST = 8;

/**
 * The components of an iCalendar text. A line that is no property is left out (`leaveOut`); a
 * component that is not closed ends with what holds it. What the values mean is not looked at, so
 * that one which nobody asks about costs nothing.
 *
 * @throws {CalendarFault} where it has no component, or too many inside one another
 */
export function parseComponents(
  text: string,
  leaveOut: (line: number, message: string) => void,
): Component[] {
  const root: Open = { name: '', line: 0, properties: [], components: [] };
  const open = [root];
  for (const { text: content, line } of unfolded(text)) {
    const property = parseProperty(content, line);
    const inside = open.at(-1) as Open;
    if (property === undefined) {
      if (inside === root) throw new CalendarFault('is no iCalendar file');
      leaveOut(line, 'is no property');
      continue;
    }
    const what = property.value.trim().toUpperCase();
    if (property.name === 'BEGIN') {
      if (open.length > DEEPEST) throw new CalendarFault(`nests too deep in line ${line}`);
      const component: Open = { name: what, line, properties: [], components: [] };
      inside.components.push(component);
      open.push(component);
    } else if (property.name === 'END') {
      const depth = open.findLastIndex(({ name }) => name === what);
      if (depth > 0) open.length = depth;
      else leaveOut(line, `ends ${what.slice(0, 40)}, which is not begun`);
    } else inside.properties.push(property);
  }
  return root.components;
}

interface Open extends Component {
  readonly properties: Property[];
  readonly components: Open[];
}

/** The first property of this name. */
export function propertyOf(component: Component, name: string): Property | undefined {
  return component.properties.find((property) => property.name === name);
}

/** Logical lines: one that begins with a space or tab goes on with the one before (§3.1). */
function* unfolded(text: string): Generator<{ readonly text: string; readonly line: number }> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1;
    const parts = [lines[at] ?? ''];
    while (/^[ \t]/.test(lines[at + 1] ?? '')) parts.push((lines[++at] as string).slice(1));
    const joined = parts.join('');
    if (joined.trim() !== '') yield { text: joined, line };
  }
}

const NAME = /[A-Za-z0-9-]+/y;
/** A parameter's value: up to a quote's end, or up to what ends it. */
const PARAM = /;([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)/y;

function parseProperty(text: string, line: number): Property | undefined {
  const content = text.trimStart();
  NAME.lastIndex = 0;
  const name = NAME.exec(content)?.[0];
  if (name === undefined) return undefined;
  const params = new Map<string, string>();
  PARAM.lastIndex = name.length;
  let end = name.length;
  for (let found = PARAM.exec(content); found; found = PARAM.exec(content)) {
    end = PARAM.lastIndex;
    params.set((found[1] as string).toUpperCase(), (found[2] as string).replaceAll('"', ''));
  }
  if (content[end] !== ':') return undefined;
  const value = content.slice(end + 1);
  const tzid = params.get('TZID');
  const colon = value.lastIndexOf(':');
  // A name with a colon wants quotes (§3.2); without them the time is what comes last.
  if (tzid !== undefined && colon >= 0 && !/^\s*\d{4}-?\d{2}/.test(value)) {
    params.set('TZID', `${tzid}:${value.slice(0, colon)}`);
    return { name: name.toUpperCase(), params, value: value.slice(colon + 1), line };
  }
  return { name: name.toUpperCase(), params, value, line };
}

/** A TEXT value without its escapes (§3.3.11). */
export function unescapeText(value: string): string {
  return value.replace(/\\([\\;,nN])/g, (_, escaped: string) =>
    escaped.toLowerCase() === 'n' ? ' ' : escaped,
  );
}
