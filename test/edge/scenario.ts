/** A call as a test describes it, and what came of it on the wire. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RouteRequest } from '../../functions/decide/decision.ts';
import { Capture, type Packet } from './capture.ts';
import { Edge } from './edge.ts';
import { ladder, type Message } from './ladder.ts';
import { PATIENT_EDGE } from './patience.ts';
import { play, type Sipp } from './sipp.ts';
import { type Script, ScriptedWebhook } from './webhook.ts';

/** The users of one scenario: no other scenario has them, so that many can run at once. */
export interface Users {
  readonly bob: string;
  readonly carol: string;
  readonly dave: string;
}

export interface Scenario {
  /** What A's SIPp does. */
  readonly a: readonly string[];
  /** Bob's phones: what each one's SIPp does. None: not registered. */
  readonly b?: readonly (readonly string[])[];
  /** Carol's phone. */
  readonly c?: readonly string[];
  /** What Divert says to calls for bob. Calls for others are let through. */
  readonly divert?: Script;
  readonly tcp?: true;
  /** Every message, in order; a list among them: any order between its members, each of which keeps its own. */
  readonly ladder: readonly (string | readonly (string | readonly string[])[])[];
  /** Outcomes asked about bob's calls: `-` for the INVITE, else the status, `+` after it where it rang. */
  readonly asked?: readonly string[];
}

export interface Result {
  readonly messages: readonly Message[];
  readonly questions: readonly RouteRequest[];
  /** SIPp's complaints. */
  readonly failures: readonly string[];
  /** The messages' lines, users by their plain names. */
  readonly lines: readonly string[];
  /** All that was captured between these parties, retransmissions and 100s too. */
  readonly everything: readonly Message[];
}

/** An edge, its webhook and a capture, for scenarios to share. */
export class Bench {
  readonly webhook = new ScriptedWebhook();
  edge!: Edge;
  #capture!: Capture;
  #count = 0;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /**
   * `env`: the edge's settings; with a DIVERT_URL among them it asks there, not the scripted webhook. It waits
   * longer for an answer than one that is deployed.
   */
  static async start(env: NodeJS.ProcessEnv = {}): Promise<Bench> {
    const bench = new Bench();
    bench.edge = await Edge.start(await bench.webhook.start(), { ...PATIENT_EDGE, ...env });
    bench.#capture = await Capture.start(bench.edge.port);
    return bench;
  }

  async stop(): Promise<void> {
    await this.edge?.stop();
    await this.#capture?.stop();
    await this.webhook.stop();
  }

  packets(): Promise<Packet[]> {
    return this.#capture.packets();
  }

  users(): Users {
    const n = ++this.#count;
    const uri = (name: string) => `sip:${name}-${n}@example.com`;
    return { bob: uri('bob'), carol: uri('carol'), dave: uri('dave') };
  }

  /** Plays one scenario; at most eight are on at a time, the machine may have two cores. */
  async run(users: Users, scenario: Scenario): Promise<Result> {
    if (this.#running >= 8) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      return await this.#play(users, scenario);
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  async #play(users: Users, scenario: Scenario): Promise<Result> {
    if (scenario.divert) this.webhook.scripts.set(userOf(users.bob), scenario.divert);
    const options = { tcp: scenario.tcp ?? false };
    const parties: Record<string, Sipp> = {};
    const names = ['B', 'D', 'E'];
    for (const [i, steps] of (scenario.b ?? []).entries()) {
      parties[names[i] ?? `B${i}`] = await play(this.edge.port, steps, options);
    }
    if (scenario.c) parties.C = await play(this.edge.port, scenario.c, options);
    for (const [name, { port }] of Object.entries(parties)) {
      const aor = userOf(name === 'C' ? users.carol : users.bob);
      const transport = scenario.tcp ? ';transport=tcp' : '';
      await this.edge.register(aor, `sip:${aor}@127.0.0.1:${port}${transport}`);
    }
    parties.A = await play(this.edge.port, scenario.a, options);

    const failures: string[] = [];
    for (const [name, party] of Object.entries(parties)) {
      await party.done.catch((error) => failures.push(`${name}: ${error.message}`));
    }
    await sleep(100);
    const ports = Object.entries(parties).map(([name, { port }]) => [name, port]);
    const all = { ...Object.fromEntries(ports), P: this.edge.port };
    const packets = await this.packets();
    const messages = ladder(packets, all);
    return {
      messages,
      questions: this.webhook.asked(userOf(users.bob)),
      failures,
      lines: messages.map((message) => message.line.replace(/(bob|carol|dave)-\d+/, '$1')),
      everything: ladder(packets, all, { retransmissions: true, trying: true }),
    };
  }
}

/** `bob-1` of `sip:bob-1@example.com`. */
export const userOf = (uri: string) => uri.slice(uri.indexOf(':') + 1, uri.indexOf('@'));

/** What must be there for a test to make sense. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not found');
  return value;
}

/** How a call ended, as short as a table needs it. */
export function outcomes(questions: readonly RouteRequest[]): string[] {
  return questions.map(({ outcome }) =>
    outcome ? `${outcome.status}${outcome.ringing ? '+' : ''}` : '-',
  );
}

/** A captured ladder in the order of the expected one, where that leaves the order open. */
export function inOrder(lines: readonly string[], ladder: Scenario['ladder']): string[] {
  const rest = [...lines];
  const ordered = ladder.flatMap((step) => {
    if (typeof step === 'string') return rest.splice(0, 1);
    const member = (line: string) => step.findIndex((each) => [each].flat().includes(line));
    return rest.splice(0, step.flat().length).sort((a, b) => member(a) - member(b));
  });
  return [...ordered, ...rest];
}
