import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const dockerhub: Provider = {
  name: 'dockerhub',
  title: 'Docker Hub',
  docs: 'https://docs.docker.com/docker-hub/repos/manage/webhooks/',
  confidence: 'unsigned',
  known: 'Nothing is signed, and headers cannot be added. The only event is a push.',
  schemes: tokenSchemes,
  id: [],
  type: [],
  setup: "A token of your own: Repository → Webhooks → the webhook's URL, with ?token=… at its end.",
}
