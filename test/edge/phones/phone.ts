/** What a real phone is told to do, and what it tells. */
export type Transport = 'udp' | 'tcp' | 'tls' | 'wss';

/** Where a phone registers, and as whom. */
export interface Account {
  readonly user: string;
  readonly password: string;
  /** The edge's, as it stands in a URI: `127.0.0.1` or `[::1]`. */
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  /** PEM file of the edge's certificate. */
  readonly authority?: string | undefined;
  /** Takes every call. */
  readonly answers?: boolean;
}

export interface Phone {
  /** Resolves when the edge has taken the registration. */
  readonly registered: Promise<void>;
  call(uri: string): Promise<void>;
  /** Resolves when a call stands, whoever has called; rejects after so many milliseconds. */
  talks(milliseconds: number): Promise<void>;
  /** Resolves with what the phone shows of a call that has failed. */
  refused(milliseconds: number): Promise<string>;
  hangUp(): Promise<void>;
  /** What it has printed. */
  readonly said: string;
  stop(): Promise<void>;
}

/** Resolves with the first answer that is not undefined, asked again and again; rejects with what there is else. */
export async function until<T>(
  look: () => T | undefined,
  milliseconds: number,
  otherwise: () => string,
): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(otherwise());
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
