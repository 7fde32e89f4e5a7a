import type { Static } from '@sinclair/typebox'
import type { Overview as OverviewSchema } from '../../src/operator/overview-schema.ts'
import type { ProviderDetail as ProviderSchema, ProviderSummary } from '../../src/operator/provider-schema.ts'
import type {
  DestinationView,
  EventView,
  JobView,
  ListedDeliveryView,
  RejectionView,
} from '../../src/operator/schemas.ts'
import type { SendRequest, SendResult as SendResultSchema } from '../../src/operator/send-schema.ts'
import type { Setting as SettingSchema } from '../../src/operator/setting-schema.ts'
import type { Source as SourceSchema } from '../../src/operator/source-schema.ts'

/** Answers of the operator's API that are made of its schemas. */

export interface EventPage {
  readonly events: readonly EventView[]
  readonly next: string | null
  /** Null: not of the first page. */
  readonly newest: string | null
}

export interface DeliveryPage {
  readonly deliveries: readonly ListedDeliveryView[]
  readonly next: string | null
}

export interface RejectionPage {
  readonly rejections: readonly RejectionView[]
  readonly next: string | null
}

export interface DestinationList {
  readonly destinations: readonly DestinationView[]
}

export interface JobList {
  readonly jobs: readonly JobView[]
}

export type Source = Static<typeof SourceSchema>

export interface SourceList {
  readonly sources: readonly Source[]
}

export type Setting = Static<typeof SettingSchema>

export interface SettingList {
  readonly configFile: string | null
  readonly settings: readonly Setting[]
}

export interface Statistics {
  readonly events: readonly {
    readonly at: string
    readonly source: string
    readonly accepted: number
    readonly duplicates: number
    readonly bytes: number
  }[]
  readonly deliveries: readonly {
    readonly at: string
    readonly destination: string
    readonly done: number
    readonly retry: number
    readonly dead: number
  }[]
  readonly rejections: readonly {
    readonly at: string
    readonly source: string | null
    readonly cause: string
    readonly count: number
  }[]
}

/** Of the process and of a stretch of time. */
export type Overview = Static<typeof OverviewSchema>

export type { SendRequest }
export type SendResult = Static<typeof SendResultSchema>
export type ProviderDetail = Static<typeof ProviderSchema>

export interface ProviderList {
  readonly providers: readonly Static<typeof ProviderSummary>[]
}
