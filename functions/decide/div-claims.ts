/** What a "div" PASSporT says (RFC 8946 §3): who was called, who diverted, when, and who calls. */
export interface DivClaims {
  readonly dest: { readonly tn: readonly [string] };
  readonly div: { readonly tn: string };
  readonly iat: number;
  readonly orig: { readonly tn: string } | { readonly uri: string };
}

/** A "div" to be signed for one Contact. */
export interface Div {
  /** The Contact of the answer that it is for. */
  readonly contact: string;
  readonly claims: DivClaims;
}

/** What a PASSporT that came with the call must say for it to be diverted under signature. */
export type Signed = Pick<DivClaims, 'iat' | 'orig'>;
