/** The output `Switches` of a stack as a list: names separated by spaces, or `none`. */
const listed = (output: string | undefined): string[] =>
  (output ?? '').split(' ').filter((name) => name !== '' && name !== 'none');

/**
 * Why a deployment must not go on: what is on in the stack, will be off, and was not named by
 * `--switch-off`. A setting that was forgotten on a command line looks just like this.
 *
 * @param before the output `Switches` of the stack; undefined where there is none yet
 * @param after the same of the template that is to be deployed
 * @param named by `--switch-off`
 * @returns one line for people, or undefined where nothing is in the way
 */
export function switchedOff(
  before: string | undefined,
  after: string,
  named: readonly string[],
): string | undefined {
  const on = listed(before);
  const stay = listed(after);
  const lost = on.filter((name) => !stay.includes(name) && !named.includes(name));
  if (lost.length > 0) {
    const told = lost.map((name) => `--switch-off ${name}`).join(' ');
    return (
      `this would switch off ${lost.join(', ')}: set it in the stage's file, infra/stages, ` +
      `or if it is meant, add ${told}`
    );
  }
  const idle = named.find((name) => stay.includes(name));
  return idle && `--switch-off ${idle}: the settings have it on`;
}
