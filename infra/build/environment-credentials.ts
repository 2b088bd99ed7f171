/**
 * Stands in for the SDK's credential chain in the functions' bundles. Lambda gives credentials in
 * the environment; the chain's other links (profiles, SSO, processes, instance metadata) would
 * only be loaded at every cold start: 130 KiB.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
