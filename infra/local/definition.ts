import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Protection } from './authorizer.ts';
import type { Route } from './routes.ts';
import type { Throttle, Throttles } from './token-bucket.ts';

const ROOT = new URL('../../', import.meta.url);

/** A function as `serverless.yml` deploys it. */
export interface LambdaFunction {
  readonly name: string;
  /** The bundle's file. */
  readonly file: string;
  readonly timeoutSeconds: number;
  /** Of this route; absent: open to all. */
  readonly protection?: Protection;
}

/** A function that a clock starts. */
export interface Scheduled extends LambdaFunction {
  readonly everyMs: number;
}

/** What `serverless.yml` deploys, as far as a local server needs it. */
export interface Definition {
  readonly routes: readonly Route<LambdaFunction>[];
  readonly schedules: readonly Scheduled[];
  /** What the table's stream starts. */
  readonly streamed: readonly LambdaFunction[];
  /** Environment of the functions; values that only a deployment knows are left out. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of the API's routes. */
  readonly throttles: Throttles;
}

interface Deployed {
  readonly handler: string;
  readonly timeout?: number;
  readonly environment?: string | Record<string, string>;
  readonly events?: string | readonly { httpApi?: string | HttpApi }[];
}
interface HttpApi {
  readonly method: string;
  readonly path: string;
  readonly authorizer?: unknown;
}
interface Serverless {
  readonly params: { readonly default: Record<string, unknown> };
  readonly provider: { readonly timeout: number; readonly environment: Record<string, string> };
  readonly functions: readonly (string | Record<string, Deployed>)[];
}

/**
 * Reads routes and environment from the files that are deployed.
 *
 * @param calls instead of the deployed limits of the routes that calls wait for
 */
export function readDefinition(stage: string, calls?: Throttle): Definition {
  const serverless = read('serverless.yml') as Serverless;
  const routes: Route<LambdaFunction>[] = [];
  const schedules: Scheduled[] = [];
  const streamed: LambdaFunction[] = [];
  let environment = serverless.provider.environment;
  for (const part of serverless.functions) {
    const periods = periodsOf(part);
    const mapped = mappedIn(part);
    for (const [name, deployed] of Object.entries(functionsOf(part))) {
      const file = fileURLToPath(new URL(deployed.handler.replace(/\.\w+$/, '.mjs'), ROOT));
      if (!existsSync(file)) continue;
      // One that a switch gives is for what is not there locally: keys of Parameter Store.
      const own = typeof deployed.environment === 'string' ? {} : deployed.environment;
      environment = { ...environment, ...own };
      const timeoutSeconds = deployed.timeout ?? serverless.provider.timeout;
      for (const { key, ...protection } of routesOf(deployed)) {
        routes.push({ key, target: { name, file, timeoutSeconds, ...protection } });
      }
      const everyMs = periods.get(name);
      if (everyMs !== undefined) schedules.push({ name, file, timeoutSeconds, everyMs });
      if (mapped.has(name)) streamed.push({ name, file, timeoutSeconds });
    }
  }
  const params = serverless.params.default;
  if (calls) Object.assign(params, { requestsPerSecond: calls.rate, burst: calls.burst });
  return {
    routes,
    schedules,
    streamed,
    environment: resolve(environment, stage, params),
    throttles: throttlesOf(params),
  };
}

interface RouteSettings {
  readonly ThrottlingRateLimit: string | number;
  readonly ThrottlingBurstLimit: string | number;
}
interface Api {
  readonly extensions: {
    readonly HttpApiStage: {
      readonly Properties: {
        readonly DefaultRouteSettings: RouteSettings;
        readonly RouteSettings: Readonly<Record<string, RouteSettings>>;
      };
    };
  };
}

/** `${self:custom.switches.NAME}` of infra/resources/api.yml stands for the parameter of that name. */
function throttlesOf(params: Record<string, unknown>): Throttles {
  const limit = (value: string | number) =>
    Number(typeof value === 'number' ? value : params[/(\w+)\}$/.exec(value)?.[1] ?? '']);
  const throttle = (settings: RouteSettings): Throttle => ({
    rate: limit(settings.ThrottlingRateLimit),
    burst: limit(settings.ThrottlingBurstLimit),
  });
  const { Properties } = (read('infra/resources/api.yml') as Api).extensions.HttpApiStage;
  const routes = Object.entries(Properties.RouteSettings);
  return {
    routes: Object.fromEntries(routes.map(([key, settings]) => [key, throttle(settings)])),
    others: throttle(Properties.DefaultRouteSettings),
  };
}

/** `${file(infra/resources/${self:custom.switches.NAME}.yml):functions}` stands for infra/resources/NAME.yml, switched on. */
function functionsOf(part: string | Record<string, Deployed>): Record<string, Deployed> {
  return typeof part === 'string' ? (fileOf(part).functions ?? {}) : part;
}

interface Part {
  readonly functions?: Record<string, Deployed>;
  readonly resources?: { readonly Resources?: Record<string, Resource> };
}
interface Resource {
  readonly Type: string;
  readonly Properties: {
    readonly ScheduleExpression: string;
    readonly Target: { Arn: string };
    readonly FunctionName: string;
  };
}

const fileOf = (part: string): Part =>
  read(`infra/resources/${/switches\.(\w+)/.exec(part)?.[1]}.yml`) as Part;

const UNITS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** Resources of one type in a file of its own. */
function resourcesIn(part: string | Record<string, Deployed>, type: string): Resource[] {
  const resources = typeof part === 'string' ? fileOf(part).resources?.Resources : undefined;
  return Object.values(resources ?? {}).filter(({ Type }) => Type === type);
}

/** `CalendarsLambdaFunction` is osls' name of the function `calendars`. */
function functionNamed(resource: string): string {
  const name = resource.replace(/LambdaFunction$/, '');
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** How often each function of a file is started by a schedule beside it, in milliseconds. */
function periodsOf(part: string | Record<string, Deployed>): ReadonlyMap<string, number> {
  return new Map(
    resourcesIn(part, 'AWS::Scheduler::Schedule').map(
      ({ Properties: { ScheduleExpression, Target } }) => {
        const [, many, unit = ''] = /^rate\((\d+) (\w+?)s?\)$/.exec(ScheduleExpression) ?? [];
        const name = functionNamed(Target.Arn.replace(/\.Arn$/, ''));
        return [name, Number(many) * (UNITS[unit] ?? Number.NaN)] as const;
      },
    ),
  );
}

/** The functions of a file that a stream starts. */
const mappedIn = (part: string | Record<string, Deployed>): ReadonlySet<string> =>
  new Set(
    resourcesIn(part, 'AWS::Lambda::EventSourceMapping').map(({ Properties }) =>
      functionNamed(Properties.FunctionName),
    ),
  );

/** A local server has an issuer of tokens, so the routes that are deployed with one are there. */
const WITH_TOKENS = 'infra/resources/admin/jwt.yml';

function routesOf({ events = [] }: Deployed): { key: string; protection?: Protection }[] {
  const all = typeof events === 'string' ? (read(WITH_TOKENS) as Deployed).events : events;
  if (typeof all === 'string' || all === undefined) return [];
  return all.flatMap(({ httpApi }) => {
    if (httpApi === undefined) return [];
    if (httpApi === '*') return { key: '$default' };
    if (typeof httpApi === 'string') return { key: httpApi };
    const { method, path, authorizer } = httpApi;
    const key = `${method} ${path}`;
    if (authorizer === undefined) return { key };
    return { key, protection: typeof authorizer === 'string' ? 'jwt' : 'iam' };
  });
}

function resolve(
  environment: Record<string, string>,
  stage: string,
  params: Record<string, unknown>,
): Record<string, string> {
  const resolved = Object.entries(environment).map(([name, value]) => [
    name,
    value
      .replace(/\$\{sls:stage\}/g, stage)
      .replace(/\$\{self:custom\.settings\.table\}/, `divert-${stage}`)
      .replace(/\$\{self:custom\.settings\.(\w+)\}/g, (_, name) => String(params[name])),
  ]);
  return Object.fromEntries(resolved.filter(([, value]) => !value?.includes('$')));
}

const read = (path: string): unknown =>
  parse(readFileSync(new URL(path, ROOT), 'utf8'), { logLevel: 'silent' });
