import type { Adapter, AdapterPayload } from 'oidc-provider';

/** Keeps what the provider knows as long as it runs: sessions, codes and grants of one machine's people. */
export class Memory implements Adapter {
  readonly #kept = new Map<string, { readonly payload: AdapterPayload; readonly ends: number }>();

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<undefined> {
    const ends = expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000;
    this.#kept.set(id, { payload, ends });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const found = this.#kept.get(id);
    if (found !== undefined && found.ends > Date.now()) return found.payload;
    this.#kept.delete(id);
    return undefined;
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#where((payload) => payload.uid === uid);
  }

  async findByUserCode(code: string): Promise<AdapterPayload | undefined> {
    return this.#where((payload) => payload.userCode === code);
  }

  async consume(id: string): Promise<undefined> {
    const payload = await this.find(id);
    if (payload) payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<undefined> {
    this.#kept.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<undefined> {
    for (const [id, { payload }] of this.#kept) {
      if (payload.grantId === grantId) this.#kept.delete(id);
    }
  }

  async #where(holds: (payload: AdapterPayload) => boolean): Promise<AdapterPayload | undefined> {
    for (const [id, { payload }] of this.#kept) if (holds(payload)) return this.find(id);
    return undefined;
  }
}
