import type { FetchedKeyForm, Provider, PublicKeyScheme } from './types.ts'

/** Anybody with an AWS account can have SNS sign a message: only those of the topics that are configured count. */
const key: FetchedKeyForm = {
  form: 'fetched',
  account: {
    pattern: '(?<topic>arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]{1,256})',
    expected: 'topic ARNs, such as arn:aws:sns:eu-central-1:123456789012:orders',
    several: true,
  },
  source: {
    pin: [{ at: 'body:/TopicArn', equals: '{account:topic}' }],
    id: 'body:/SigningCertURL',
    idPattern:
      'https://sns\\.[a-z0-9-]{3,32}\\.amazonaws\\.com(?:\\.cn)?/SimpleNotificationService-[A-Za-z0-9]{1,64}\\.pem',
    url: '{id}',
    answer: { kind: 'certificate' },
    cacheSeconds: 86_400,
  },
}

const scheme: Omit<PublicKeyScheme, 'name' | 'hash' | 'when'> = {
  kind: 'rsa',
  at: 'body:/Signature',
  encoding: 'base64',
  // Name and value of each field that the message has, as AWS's own libraries join them.
  signed: [
    'Message\n{json:/Message}\nMessageId\n{json:/MessageId}\n[Subject\n{json:/Subject}\n][SubscribeURL\n{json:/SubscribeURL}\n]',
    'Timestamp\n{json:/Timestamp}\n[Token\n{json:/Token}\n]TopicArn\n{json:/TopicArn}\nType\n{json:/Type}\n',
  ].join(''),
  // The same on every attempt, of which the last may be made an hour after the first.
  timestamp: { from: 'body:/Timestamp', unit: 'iso8601', tolerance: 3900 },
  key,
}

/** Raw message delivery is not signed, so it is refused. Message attributes are not signed either. */
export const awsSns: Provider = {
  name: 'aws-sns',
  title: 'Amazon SNS',
  docs: 'https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html',
  confidence: 'computed',
  schemes: [
    { ...scheme, name: 'version-2', hash: 'sha256', when: { at: 'body:/SignatureVersion', is: '2' } },
    { ...scheme, name: 'version-1', hash: 'sha1', when: { at: 'body:/SignatureVersion', is: '1' } },
  ],
  // 256 KiB of message (https://docs.aws.amazon.com/general/latest/gr/sns.html), each quote and newline escaped, and what is around it.
  bodyCap: 528 * 1024,
  id: ['body:/MessageId'],
  type: ['body:/Type'],
  payload: 'json',
  deadlineSeconds: 15,
  retries: '3 times, 20 s apart, or as the subscription says, for at most 1 h',
  confirmation: {
    when: { pointer: '/Type', equals: 'SubscriptionConfirmation' },
    url: '/SubscribeURL',
    pattern:
      'https://sns\\.[a-z0-9-]{3,32}\\.amazonaws\\.com(?:\\.cn)?/\\?Action=ConfirmSubscription&[A-Za-z0-9_.:=&%-]{1,2000}',
  },
  setup:
    "The ARN of the topic, or of several with commas between them: not a secret, but what tells your topics from everybody else's.",
}
