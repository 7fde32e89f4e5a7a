import { ably } from './ably.ts'
import { adyen } from './adyen.ts'
import { agora } from './agora.ts'
import { aircall } from './aircall.ts'
import { airtable } from './airtable.ts'
import { alertmanager } from './alertmanager.ts'
import { asana } from './asana.ts'
import { assemblyai } from './assemblyai.ts'
import { auth0 } from './auth0.ts'
import { awsSns } from './aws-sns.ts'
import { bigcommerce } from './bigcommerce.ts'
import { bitbucket } from './bitbucket.ts'
import { bitpay } from './bitpay.ts'
import { box } from './box.ts'
import { braintree } from './braintree.ts'
import { brex } from './brex.ts'
import { buildkite } from './buildkite.ts'
import { calCom } from './cal-com.ts'
import { calendly } from './calendly.ts'
import { chargebee } from './chargebee.ts'
import { checkoutCom } from './checkout-com.ts'
import { circleci } from './circleci.ts'
import { clerk } from './clerk.ts'
import { clickup } from './clickup.ts'
import { cloudevents } from './cloudevents.ts'
import { cloudflareNotifications } from './cloudflare-notifications.ts'
import { cloudflareStream } from './cloudflare-stream.ts'
import { cloudinary } from './cloudinary.ts'
import { coinbaseCdp } from './coinbase-cdp.ts'
import { coinbaseCommerce } from './coinbase-commerce.ts'
import { contentful } from './contentful.ts'
import { convoy } from './convoy.ts'
import { courier } from './courier.ts'
import { customerio } from './customerio.ts'
import { daily } from './daily.ts'
import { datadog } from './datadog.ts'
import { dialpad } from './dialpad.ts'
import { digitalocean } from './digitalocean.ts'
import { discord } from './discord.ts'
import { dockerhub } from './dockerhub.ts'
import { docusign } from './docusign.ts'
import { doppler } from './doppler.ts'
import { dropbox } from './dropbox.ts'
import { dropboxSign } from './dropbox-sign.ts'
import { ebay } from './ebay.ts'
import { ecwid } from './ecwid.ts'
import { elevenlabs } from './elevenlabs.ts'
import { etsy } from './etsy.ts'
import { eventbrite } from './eventbrite.ts'
import { eventgrid } from './eventgrid.ts'
import { fal } from './fal.ts'
import { fastly } from './fastly.ts'
import { figma } from './figma.ts'
import { fitbit } from './fitbit.ts'
import { flutterwave } from './flutterwave.ts'
import { freshdesk } from './freshdesk.ts'
import { front } from './front.ts'
import { fusionauth } from './fusionauth.ts'
import { garmin } from './garmin.ts'
import { generic } from './generic.ts'
import { gitea } from './gitea.ts'
import { github } from './github.ts'
import { gitlab } from './gitlab.ts'
import { gocardless } from './gocardless.ts'
import { grafana } from './grafana.ts'
import { heroku } from './heroku.ts'
import { hookdeck } from './hookdeck.ts'
import { hookmesh } from './hookmesh.ts'
import { hubspot } from './hubspot.ts'
import { incidentIo } from './incident-io.ts'
import { intercom } from './intercom.ts'
import { intuit } from './intuit.ts'
import { jira } from './jira.ts'
import { jotform } from './jotform.ts'
import { kinde } from './kinde.ts'
import { klarna } from './klarna.ts'
import { launchdarkly } from './launchdarkly.ts'
import { lemonsqueezy } from './lemonsqueezy.ts'
import { line } from './line.ts'
import { linear } from './linear.ts'
import { livekit } from './livekit.ts'
import { mailchimp } from './mailchimp.ts'
import { mailgun } from './mailgun.ts'
import { mandrill } from './mandrill.ts'
import { mercadopago } from './mercadopago.ts'
import { messagebird } from './messagebird.ts'
import { meta } from './meta.ts'
import { mixpanel } from './mixpanel.ts'
import { mollie } from './mollie.ts'
import { monday } from './monday.ts'
import { msgraph } from './msgraph.ts'
import { mux } from './mux.ts'
import { netlify } from './netlify.ts'
import { newrelic } from './newrelic.ts'
import { notion } from './notion.ts'
import { npm } from './npm.ts'
import { nylas } from './nylas.ts'
import { okta } from './okta.ts'
import { onesignal } from './onesignal.ts'
import { onfido } from './onfido.ts'
import { openai } from './openai.ts'
import { opsgenie } from './opsgenie.ts'
import { outpost } from './outpost.ts'
import { paddle } from './paddle.ts'
import { paddleClassic } from './paddle-classic.ts'
import { pagerduty } from './pagerduty.ts'
import { pandadoc } from './pandadoc.ts'
import { paypal } from './paypal.ts'
import { paystack } from './paystack.ts'
import { persona } from './persona.ts'
import { pipedrive } from './pipedrive.ts'
import { plaid } from './plaid.ts'
import { plivo } from './plivo.ts'
import { polar } from './polar.ts'
import { posthog } from './posthog.ts'
import { postmark } from './postmark.ts'
import { pusher } from './pusher.ts'
import { railway } from './railway.ts'
import { ramp } from './ramp.ts'
import { razorpay } from './razorpay.ts'
import { recurly } from './recurly.ts'
import { render } from './render.ts'
import { replicate } from './replicate.ts'
import { resend } from './resend.ts'
import { revenuecat } from './revenuecat.ts'
import { ringcentral } from './ringcentral.ts'
import { salesforceEns } from './salesforce-ens.ts'
import { salesforceOutbound } from './salesforce-outbound.ts'
import { sanity } from './sanity.ts'
import { segment } from './segment.ts'
import { sendgrid } from './sendgrid.ts'
import { sentry } from './sentry.ts'
import { shopify } from './shopify.ts'
import { shortcut } from './shortcut.ts'
import { sinchConversation } from './sinch-conversation.ts'
import { sinchNumbers } from './sinch-numbers.ts'
import { sinchVoice } from './sinch-voice.ts'
import { slack } from './slack.ts'
import { snyk } from './snyk.ts'
import { sonarcloud } from './sonarcloud.ts'
import { sparkpost } from './sparkpost.ts'
import { square } from './square.ts'
import { standardWebhooks } from './standard-webhooks.ts'
import { statuspage } from './statuspage.ts'
import { strapi } from './strapi.ts'
import { strava } from './strava.ts'
import { stream } from './stream.ts'
import { stripe } from './stripe.ts'
import { stytch } from './stytch.ts'
import { sumsub } from './sumsub.ts'
import { supabaseAuthHook } from './supabase-auth-hook.ts'
import { svix } from './svix.ts'
import { tally } from './tally.ts'
import { telegram } from './telegram.ts'
import { telnyx } from './telnyx.ts'
import { terraformCloud } from './terraform-cloud.ts'
import { token } from './token.ts'
import { travis } from './travis.ts'
import { trello } from './trello.ts'
import { twilio } from './twilio.ts'
import { twitch } from './twitch.ts'
import { typeform } from './typeform.ts'
import type { Provider } from './types.ts'
import { vercel } from './vercel.ts'
import { veriff } from './veriff.ts'
import { viber } from './viber.ts'
import { vonage } from './vonage.ts'
import { webex } from './webex.ts'
import { wise } from './wise.ts'
import { withings } from './withings.ts'
import { woocommerce } from './woocommerce.ts'
import { workos } from './workos.ts'
import { x } from './x.ts'
import { xendit } from './xendit.ts'
import { xero } from './xero.ts'
import { zendesk } from './zendesk.ts'
import { zoom } from './zoom.ts'

const rows: readonly Provider[] = [
  ably,
  adyen,
  agora,
  aircall,
  airtable,
  alertmanager,
  asana,
  assemblyai,
  auth0,
  awsSns,
  bigcommerce,
  bitbucket,
  bitpay,
  box,
  braintree,
  brex,
  buildkite,
  calCom,
  calendly,
  chargebee,
  checkoutCom,
  circleci,
  clerk,
  clickup,
  cloudevents,
  cloudflareNotifications,
  cloudflareStream,
  cloudinary,
  coinbaseCdp,
  coinbaseCommerce,
  contentful,
  convoy,
  courier,
  customerio,
  daily,
  datadog,
  dialpad,
  digitalocean,
  discord,
  dockerhub,
  docusign,
  doppler,
  dropbox,
  dropboxSign,
  ebay,
  ecwid,
  elevenlabs,
  etsy,
  eventbrite,
  eventgrid,
  fal,
  fastly,
  figma,
  fitbit,
  flutterwave,
  freshdesk,
  front,
  fusionauth,
  garmin,
  generic,
  gitea,
  github,
  gitlab,
  gocardless,
  grafana,
  heroku,
  hookdeck,
  hookmesh,
  hubspot,
  incidentIo,
  intercom,
  intuit,
  jira,
  jotform,
  kinde,
  klarna,
  launchdarkly,
  lemonsqueezy,
  line,
  linear,
  livekit,
  mailchimp,
  mailgun,
  mandrill,
  mercadopago,
  messagebird,
  meta,
  mixpanel,
  mollie,
  monday,
  msgraph,
  mux,
  netlify,
  newrelic,
  notion,
  npm,
  nylas,
  okta,
  onesignal,
  onfido,
  openai,
  opsgenie,
  outpost,
  paddle,
  paddleClassic,
  pagerduty,
  pandadoc,
  paypal,
  paystack,
  persona,
  pipedrive,
  plaid,
  plivo,
  polar,
  posthog,
  postmark,
  pusher,
  railway,
  ramp,
  razorpay,
  recurly,
  render,
  replicate,
  resend,
  revenuecat,
  ringcentral,
  salesforceEns,
  salesforceOutbound,
  sanity,
  segment,
  sendgrid,
  sentry,
  shopify,
  shortcut,
  sinchConversation,
  sinchNumbers,
  sinchVoice,
  slack,
  snyk,
  sonarcloud,
  sparkpost,
  square,
  standardWebhooks,
  statuspage,
  strapi,
  strava,
  stream,
  stripe,
  stytch,
  sumsub,
  supabaseAuthHook,
  svix,
  tally,
  telegram,
  telnyx,
  terraformCloud,
  token,
  travis,
  trello,
  twilio,
  twitch,
  typeform,
  vercel,
  veriff,
  viber,
  vonage,
  webex,
  wise,
  withings,
  woocommerce,
  workos,
  x,
  xendit,
  xero,
  zendesk,
  zoom,
]

/** Every sender the gateway knows, by name. Rows are shared by all sources, so none can be changed. */
export const providers: ReadonlyMap<string, Provider> = new Map(rows.map((row) => [row.name, deepFreeze(row)]))

/** `name` as in `/webhook/<name>`; undefined when there is no such row. */
export function findProvider(name: string): Provider | undefined {
  return providers.get(name)
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) deepFreeze(part)
  }
  return value
}
