import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const garmin: Provider = {
  name: 'garmin',
  title: 'Garmin Health',
  docs: 'https://developer.garmin.com/gc-developer-program/health-api/',
  confidence: 'not verified',
  known:
    'The specification is open to partners only. What is told of it elsewhere knows no signature but a garmin-client-id header, which is no secret.',
  schemes: tokenSchemes,
  id: [],
  type: [],
  setup: "A token of your own, in the endpoint's URL: ?token=… at its end.",
}
