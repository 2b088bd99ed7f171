/** What the deployment tells the page: functions/console/settings.ts. */
export interface Settings {
  readonly issuer: string;
  readonly client: string;
  readonly scope: string;
  readonly parameters: string;
}

export const settings: Settings = JSON.parse(
  document.querySelector<HTMLMetaElement>('meta[name=divert]')?.content ?? '{}',
);

/** The one address that the provider sends people back to. */
export const HOME = `${location.origin}/console/`;
