import { h } from 'preact'
import { count, plural } from '../text/format.ts'
import { BulkButton, BulkDialog, useBulk } from './bulk-work.ts'

export interface ReleaseAllProps {
  readonly filter: Readonly<Record<string, string>>
  readonly started: () => void
  readonly disabled: boolean
}

interface DryRun {
  readonly matching: number
  readonly examined: number
  readonly genuine: number
}

const maxRate = 1_000

/** Takes every rejected request that matches and is genuine now, after saying how many there are. */
export function ReleaseAll(props: ReleaseAllProps) {
  return h(BulkButton, {
    label: 'Release all…',
    title: 'Verify all that match again, and take those that are genuine now',
    disabled: props.disabled,
    dialog: (close) => h(ReleaseDialog, { ...props, close }),
  })
}

function ReleaseDialog({ filter, started, close }: ReleaseAllProps & { readonly close: () => void }) {
  const bulk = useBulk<DryRun>({
    path: '/api/rejections/release',
    body: { filter },
    maxRate,
    said: 'They are being verified again.',
    started,
    close,
  })
  const { found } = bulk
  return h(
    BulkDialog,
    {
      bulk,
      title: 'Release all that are genuine now',
      action: 'Release',
      ready: found !== null && found.genuine > 0,
      onConfirm: () => void bulk.start(),
    },
    h('p', { role: 'status' }, found === null ? 'Verifying them by the settings of now…' : h(Counted, { found })),
    h(
      'p',
      { class: 'hint' },
      'Each is taken as if it had just arrived. What is not genuine stays rejected; nobody can force it in.',
    ),
  )
}

function Counted({ found: { matching, examined, genuine } }: { readonly found: DryRun }) {
  if (matching === 0) return 'No rejected request matches.'
  const of =
    examined < matching
      ? `Of the first ${count(examined)} of ${plural(matching, 'rejected request')}`
      : `Of ${plural(matching, 'rejected request')}`
  if (genuine === 0) return `${of} none is genuine by the settings of now. Mend the cause first: each says what to do.`
  return h(
    'span',
    null,
    `${of} `,
    h('strong', null, `${count(genuine)} ${genuine === 1 ? 'is' : 'are'} genuine now`),
    '.',
  )
}
