import type { Provider } from './types.ts'

export const terraformCloud: Provider = {
  name: 'terraform-cloud',
  title: 'HCP Terraform',
  docs: 'https://developer.hashicorp.com/terraform/cloud-docs/workspaces/settings/notifications',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-tfe-notification-signature',
      kind: 'hmac',
      hash: 'sha512',
      at: 'header:x-tfe-notification-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/notifications/0/trigger'],
  setup: 'Workspace → Settings → Notifications → the configuration → Token.',
}
