import type { Person } from './people.ts';

/** The page on which somebody chooses who they are: there are no passwords on this machine. */
export function signInPage(people: readonly Person[], action: string): string {
  const buttons = people.map(
    ({ id, name }) =>
      `<li><button name="person" value="${escaped(id)}">${escaped(name)}</button></li>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in to Divert on this machine</title>
<style>
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { max-width: 24rem; margin: 3rem auto; padding: 0 1rem; }
  ul { list-style: none; padding: 0; }
  button { width: 100%; margin: .25rem 0; padding: .6rem 1rem; font: inherit; text-align: start; }
</style>
<main>
<h1>Who are you?</h1>
<p>People of the rules that <code>npm start</code> applied.</p>
<form method="post" action="${escaped(action)}"><ul>
${buttons.join('\n')}
</ul></form>
</main>
</html>
`;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
