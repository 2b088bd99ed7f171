import createClient from 'openapi-fetch';
import type { components, paths } from './api-types.d.ts';
import { expire, session } from './session.ts';

export type Schemas = components['schemas'];
export type Me = Schemas['Me'];
export type Forecast = Schemas['Forecast'];
export type Segment = Forecast['items'][number];
export type Trigger = Segment['trigger'];
export type Subscriber = Schemas['Subscriber'];
export type PhoneSettings = Schemas['PhoneSettings'];
export type Rule = Schemas['rule'];
export type Policy = Schemas['Policy'];

/** How long the API is waited for. */
const PATIENCE_MS = 20_000;

/** The API of the same origin, with the token of whoever is signed in. */
export const api = createClient<paths>({
  baseUrl: '/v1',
  fetch: (request: Request) =>
    fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(PATIENCE_MS)]) }),
});
api.use({
  onRequest({ request }) {
    if (session.value.state === 'in') {
      request.headers.set('authorization', `Bearer ${session.value.token}`);
    }
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) expire();
    return undefined;
  },
});

/** What the API refused, in its words; without a status: it could not be reached. */
export class Refusal extends Error {
  readonly status: number | undefined;
  constructor(status: number | undefined, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** Whatever was thrown, as what a page can say. */
export const refusalOf = (error: unknown): Refusal =>
  error instanceof Refusal ? error : new Refusal(undefined, String(error));

export interface Answered<T> {
  readonly value: T;
  /** Of what can be changed. */
  readonly etag: string | undefined;
}

interface Result<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** @throws {Refusal} */
export async function answered<T>(asked: Promise<Result<T>>): Promise<Answered<NonNullable<T>>> {
  let result: Result<T>;
  try {
    result = await asked;
  } catch (error) {
    throw new Refusal(undefined, String(error));
  }
  const { data, error, response } = result;
  if (!response.ok) throw new Refusal(response.status, detailOf(error) ?? response.statusText);
  return { value: data as NonNullable<T>, etag: response.headers.get('etag') ?? undefined };
}

function detailOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { detail, message, errors } = error as {
    readonly detail?: string;
    readonly message?: string;
    readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  };
  if (errors?.length) return errors.map((one) => `${one.pointer}: ${one.detail}`).join('; ');
  return detail ?? message;
}
