import { render } from 'preact';
import { App } from './app.tsx';
import { resume } from './session.ts';

render(<App />, document.body);
void resume();
