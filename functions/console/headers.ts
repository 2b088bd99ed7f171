/**
 * The policy under which the page runs (Content Security Policy Level 3): nothing but its own
 * scripts, styles and pictures, none of them inline, and no request but to itself and to the
 * identity provider.
 */
export function contentSecurityPolicy(origins: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${["'self'", ...origins].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** Of every answer: what a browser is not to do with it. */
export const SECURITY: Readonly<Record<string, string>> = {
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** A file whose name changes with its contents never changes (RFC 8246). */
export const FOREVER = 'public, max-age=31536000, immutable';
/** The page is asked for anew each time. */
export const NEVER = 'no-cache';
