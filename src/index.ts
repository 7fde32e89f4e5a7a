/** The types of `import … from 'posthorn'`; what runs is `index.js`. */

export { guest as default } from '../plugins/guest.ts'
export type {
  BreakerOptions,
  Condition,
  CustomProvider,
  DeliveryOptions,
  DestinationOptions,
  Duration,
  Filter,
  FromEnvironment,
  HandlerOptions,
  KeptJobs,
  PosthornConfig,
  QueueJobOptions,
  QueueOptions,
  Route,
  SourceOptions,
  TargetOptions,
  Text,
  UrlOptions,
} from './config/define-config.ts'
export { defineConfig } from './config/define-config.ts'
export type { Handler, HandlerContext, HandlerEvent } from './delivery/define-handler.ts'
export { defineHandler } from './delivery/define-handler.ts'
export type { AttemptReport } from './delivery/report.ts'
export type { Transform, Transformed } from './delivery/transform.ts'
export type { HandlerEntry, PosthornOptions } from './library/options.ts'
export type { EventDetails, Posthorn } from './library/posthorn.ts'
