import { answered, api, type Forecast } from './api.ts';
import type { Who } from './phone/settings.ts';

/** The coming week of a person's calls. */
export async function getForecast({ domain, user }: Who): Promise<Forecast> {
  const { value } = await answered(
    api.GET('/domains/{domain}/subscribers/{user}/forecast', {
      params: { path: { domain, user } },
    }),
  );
  return value;
}
