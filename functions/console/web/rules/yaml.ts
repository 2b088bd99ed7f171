/** What needs no quotes in YAML, and is no number, date, true, null or the like. */
const PLAIN = /^[A-Za-z][\w.@ /-]*$/;
const RESERVED = /^(?:true|false|yes|no|on|off|null|y|n)$/i;

/** A value of JSON as YAML 1.2, as a rules document has it. */
export function toYaml(value: unknown, indent = ''): string {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
    return value.map((item) => `${indent}- ${toYaml(item, `${indent}  `).trimStart()}`).join('');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value);
    if (entries.length === 0) return `${indent}{}\n`;
    return entries.map(([name, member]) => entry(name, member, indent)).join('');
  }
  return `${indent}${flow(value)}\n`;
}

function entry(name: string, value: unknown, indent: string): string {
  const block =
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length > 0 &&
    (!Array.isArray(value) || value.some((item) => typeof item === 'object'));
  return block
    ? `${indent}${scalar(name)}:\n${toYaml(value, `${indent}  `)}`
    : `${indent}${scalar(name)}: ${flow(value)}\n`;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  return typeof value === 'string' ? scalar(value) : JSON.stringify(value);
}

const scalar = (text: string): string =>
  PLAIN.test(text) && !RESERVED.test(text) && !text.endsWith(' ') ? text : JSON.stringify(text);
