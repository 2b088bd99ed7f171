/** A request that cannot be understood: the door answers 400 and names the field. */
export class BadField extends Error {
  override readonly name = 'BadField';
  /** Path inside the request, e.g. `requestUri` or `outcome.status`. */
  readonly field: string;

  constructor(field: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.field = field;
  }
}
