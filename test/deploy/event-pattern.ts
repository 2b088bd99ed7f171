/**
 * Whether an event fits a pattern, as EventBridge's user guide has it ("Creating event patterns") and
 * Lambda takes it over for what it passes on ("Filter rule syntax"): every field that a pattern names
 * must have one of the values listed there. Of the comparisons, those that are used here.
 */
export function fits(pattern: object, event: unknown): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const value = (event as Record<string, unknown> | undefined)?.[name];
    if (!Array.isArray(wanted)) return fits(wanted as object, value ?? {});
    return wanted.some((one) => isMatch(one, value));
  });
}

function isMatch(wanted: unknown, value: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  const [[comparison, operand] = []] = Object.entries(wanted);
  switch (comparison) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(operand));
    case 'exists':
      // Of leaves only.
      return (value !== undefined && typeof value !== 'object') === operand;
    case 'anything-but':
      return value !== undefined && ![operand].flat().includes(value);
    default:
      throw new Error(`the comparison ${comparison} is not known here`);
  }
}
