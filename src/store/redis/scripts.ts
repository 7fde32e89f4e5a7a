import { acceptScript } from './scripts/accept.ts'
import { claimScript, expireScript, settleScript } from './scripts/attempts.ts'
import { findScript } from './scripts/find.ts'
import { notesScript, setNoteScript } from './scripts/notes.ts'
import {
  attemptsScript,
  changesScript,
  describeDeliveriesScript,
  describeScript,
  destinationsScript,
  lookUpScript,
  newestScript,
  statisticsScript,
} from './scripts/read.ts'
import {
  deleteRejectionScript,
  pruneRejectionsScript,
  rejectionScript,
  rejectionsScript,
  rejectScript,
} from './scripts/rejections.ts'
import { replayScript } from './scripts/replay.ts'
import {
  probeScript,
  pruneCountsScript,
  pruneEventsScript,
  prunePayloadsScript,
  setDestinationScript,
  timeScript,
} from './scripts/upkeep.ts'

/** Everything that is done in Redis is one of these, each in one step. */
export const scripts = {
  accept: acceptScript,
  claim: claimScript,
  settle: settleScript,
  expire: expireScript,
  find: findScript,
  replay: replayScript,
  describe: describeScript,
  describeDeliveries: describeDeliveriesScript,
  changes: changesScript,
  newest: newestScript,
  attempts: attemptsScript,
  lookUp: lookUpScript,
  statistics: statisticsScript,
  destinations: destinationsScript,
  setDestination: setDestinationScript,
  prunePayloads: prunePayloadsScript,
  pruneEvents: pruneEventsScript,
  pruneCounts: pruneCountsScript,
  probe: probeScript,
  time: timeScript,
  reject: rejectScript,
  rejections: rejectionsScript,
  rejection: rejectionScript,
  deleteRejection: deleteRejectionScript,
  pruneRejections: pruneRejectionsScript,
  notes: notesScript,
  setNote: setNoteScript,
} as const

export type ScriptName = keyof typeof scripts
