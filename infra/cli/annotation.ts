/** A workflow command of GitHub Actions, which shows it beside the line. */
export function annotation(
  severity: 'error' | 'warning' | 'notice',
  message: string,
  { file = '', line = 1, column = 1 }: { file?: string; line?: number; column?: number },
): string {
  const text = message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const path = file.replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll(',', '%2C');
  return `::${severity} file=${path},line=${line},col=${column}::${text}`;
}
