import { identityOfKey } from '../decide/identity.ts';
import type { Rule, Subscriber } from '../decide/model.ts';

/** A circle in which calls would be forwarded: the users in order, the first not repeated. */
export interface Circle {
  readonly users: readonly string[];
  /** Whether each hop forwards always and without conditions, so that no call could end. */
  readonly endless: boolean;
}

/** The circles of a domain: one for each set of subscribers who forward to one another. */
export function findCircles(domain: string, subscribers: readonly Subscriber[]): Circle[] {
  const endless = circlesOf(edgesOf(domain, subscribers, forwardsEverything));
  const inEndless = new Set(endless.flat());
  // An endless circle is not told again as one of those that may end.
  const others = circlesOf(edgesOf(domain, subscribers, () => true)).filter(
    (users) => !users.every((user) => inEndless.has(user)),
  );
  return [
    ...endless.map((users) => ({ users, endless: true })),
    ...others.map((users) => ({ users, endless: false })),
  ];
}

function forwardsEverything(rule: Rule): boolean {
  const { when, callers, called, schedules, switches, diverted, via, from, until } = rule;
  return (
    when.includes('always') &&
    !ringsToo(rule) &&
    ![callers, called, schedules, switches, diverted, via, from, until].some((c) => c !== undefined)
  );
}

/** Whether the user's own phones ring as well, where a call can end. */
export function ringsToo(rule: Rule): boolean {
  return 'forward' in rule && rule.forward.some((target) => 'self' in target);
}

type Edges = ReadonlyMap<string, readonly string[]>;

/** To whom each subscriber forwards by the rules that count. */
function edgesOf(
  domain: string,
  subscribers: readonly Subscriber[],
  counts: (rule: Rule) => boolean,
): Edges {
  const userOf = new Map<string, string>();
  for (const { user } of subscribers) userOf.set(identityOfKey(user, domain), user);
  const edges = new Map<string, readonly string[]>();
  for (const { user, phone, rules } of subscribers) {
    const targets = new Set<string>();
    for (const rule of [...phone, ...rules]) {
      if (rule.enabled === false || !counts(rule) || !('forward' in rule)) continue;
      for (const one of rule.forward) {
        const name = 'self' in one ? undefined : one.names?.[0];
        const target = name === undefined ? undefined : userOf.get(name);
        if (target !== undefined) targets.add(target);
      }
    }
    if (targets.size > 0) edges.set(user, [...targets]);
  }
  return edges;
}

/**
 * One circle of each strongly connected component (Tarjan's algorithm, without recursion: a chain
 * may be as long as the domain is large).
 */
function circlesOf(edges: Edges): string[][] {
  const circles: string[][] = [];
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const enter = (user: string): Frame => {
    order.set(user, order.size);
    low.set(user, order.size - 1);
    open.push(user);
    isOpen.add(user);
    return { user, next: 0 };
  };
  for (const root of edges.keys()) {
    if (order.has(root)) continue;
    const path: Frame[] = [enter(root)];
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const { user } = frame;
      const target = edges.get(user)?.[frame.next++];
      if (target === undefined) {
        path.pop();
        const parent = path.at(-1);
        if (parent) lower(low, parent.user, low.get(user) as number);
        if (low.get(user) === order.get(user)) {
          const component = open.splice(open.lastIndexOf(user));
          for (const member of component) isOpen.delete(member);
          const circle = circleIn(component, edges);
          if (circle) circles.push(circle);
        }
      } else if (!order.has(target)) path.push(enter(target));
      else if (isOpen.has(target)) lower(low, user, order.get(target) as number);
    }
  }
  return circles;
}

interface Frame {
  readonly user: string;
  next: number;
}

function lower(low: Map<string, number>, user: string, value: number): void {
  low.set(user, Math.min(low.get(user) as number, value));
}

/** The shortest circle through the first member; undefined where they are alone and has none. */
function circleIn(component: readonly string[], edges: Edges): string[] | undefined {
  const [start] = component as [string, ...string[]];
  const members = new Set(component);
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const user of queue) {
    for (const target of edges.get(user) ?? []) {
      if (target === start) {
        const circle: string[] = [];
        for (let at: string | undefined = user; at !== undefined; at = cameFrom.get(at)) {
          circle.unshift(at);
        }
        return circle;
      }
      if (!members.has(target) || cameFrom.has(target)) continue;
      cameFrom.set(target, user);
      queue.push(target);
    }
  }
  return undefined;
}
