import { h } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { theme } from '../state/theme-choice.ts'
import { useValue } from '../state/value.ts'
import { clockTime } from '../text/format.ts'

export interface Series {
  readonly label: string
  /** Of a custom property: `--good`. */
  readonly color: string
  /** One for each time; null: nothing is known. */
  readonly values: readonly (number | null)[]
}

export interface PlotProps {
  readonly title: string
  /** All of it in a sentence, for whoever does not see it. */
  readonly summary: string
  /** Unix seconds, evenly apart. */
  readonly times: readonly number[]
  readonly series: readonly Series[]
  readonly format: (value: number) => string
  readonly kind?: 'bars' | 'lines'
  /** The reader drew over a time, Unix milliseconds. */
  readonly onSelect?: (from: number, to: number) => void
}

const height = 150
/** Of what is counted there is no half. */
const wholeSteps = [1, 2, 5]
  .flatMap((digit) => Array.from({ length: 9 }, (_, power) => digit * 10 ** power))
  .sort((a, b) => a - b)
let library: Promise<typeof uPlot> | null = null

/** Only the page with plots needs it. */
function loadLibrary(): Promise<typeof uPlot> {
  library ??= import('uplot').then((module) => module.default)
  return library
}

/** A plot over time. What is under the pointer is written above it; drawing over a time looks into it. */
export function Plot({ title, summary, times, series, format, kind = 'lines', onSelect }: PlotProps) {
  const place = useRef<HTMLDivElement>(null)
  const said = useRef<HTMLParagraphElement>(null)
  const latest = useRef(onSelect)
  latest.current = onSelect
  const chosen = useValue(theme)

  useEffect(() => {
    const element = place.current
    if (element === null) return
    let plot: uPlot | null = null
    let gone = false
    const dark = matchMedia('(prefers-color-scheme: dark)')

    const draw = async () => {
      const UPlot = await loadLibrary()
      if (gone) return
      plot?.destroy()
      const paint = (name: string) => colorOf(element, name)
      const axis = {
        stroke: paint('--muted'),
        grid: { stroke: paint('--hair'), width: 1 },
        ticks: { show: false },
        font: '11px system-ui, sans-serif',
      }
      const bars = UPlot.paths.bars?.({ size: [0.8, 24], align: 1 })
      const drawn = kind === 'bars' ? stacked(series) : series
      plot = new UPlot(
        {
          width: Math.max(element.clientWidth, 120),
          height,
          legend: { show: false },
          padding: [8, 18, 0, 0],
          cursor: {
            y: false,
            points: { show: kind === 'lines' },
            drag: { x: onSelect !== undefined, y: false, setScale: false },
          },
          scales: {
            // The last stretch of time has its room too.
            x: { range: (_, min, max) => [min, max + stepOf(times)] },
            y: { range: (_, __, max) => [0, Math.max(max * 1.1, 1)] },
          },
          axes: [
            { ...axis, size: 26, space: 70, values: (_, splits) => splits.map((at) => tick(at, times)) },
            {
              ...axis,
              size: 52,
              space: 34,
              ...(kind === 'bars' ? { incrs: wholeSteps } : {}),
              values: (_, splits) => splits.map((value) => format(value)),
            },
          ],
          series: [
            {},
            ...drawn.map(({ label, color }) => ({
              label,
              stroke: paint(color),
              width: kind === 'bars' ? 0 : 1.75,
              points: kind === 'bars' ? { show: false } : { show: true, size: 4, fill: paint(color) },
              ...(kind === 'bars' ? { fill: paint(color), ...(bars === undefined ? {} : { paths: bars }) } : {}),
            })),
          ],
          hooks: {
            setCursor: [(self) => tell(self.cursor.idx ?? null)],
            setSelect: [
              (self) => {
                if (self.select.width < 4) return
                const from = self.posToVal(self.select.left, 'x')
                const to = self.posToVal(self.select.left + self.select.width, 'x')
                latest.current?.(from * 1000, to * 1000)
              },
            ],
          },
        },
        [[...times], ...drawn.map(({ values }) => [...values])],
        element,
      )
    }

    const tell = (index: number | null) => {
      if (said.current === null) return
      const at = index === null ? undefined : times[index]
      said.current.textContent =
        index === null || at === undefined
          ? ''
          : [clockTime(at * 1000).slice(0, 5), ...series.map((one) => labelled(one, index, format))].join(' · ')
    }

    const resize = new ResizeObserver(() => plot?.setSize({ width: Math.max(element.clientWidth, 120), height }))
    resize.observe(element)
    // Another version of the gateway may have taken the place of the one that this page is from.
    const redraw = () =>
      void draw().catch(() => {
        library = null
        if (said.current !== null) said.current.textContent = 'The plot cannot be drawn: load the page anew.'
      })
    dark.addEventListener('change', redraw)
    redraw()
    return () => {
      gone = true
      resize.disconnect()
      dark.removeEventListener('change', redraw)
      plot?.destroy()
    }
  }, [times, series, chosen, kind])

  return h(
    'figure',
    { class: 'plot' },
    h(
      'figcaption',
      null,
      h('h2', null, title),
      h(
        'span',
        { class: 'legend' },
        series.map(({ label, color }) =>
          h('span', { key: label }, h('i', { class: `key ${color.slice(2)}`, 'aria-hidden': 'true' }), label),
        ),
      ),
    ),
    h('p', { class: 'under-pointer', ref: said, 'aria-hidden': 'true' }),
    h('div', { class: 'canvas', ref: place, role: 'img', 'aria-label': summary }),
  )
}

function labelled({ label, values }: Series, index: number, format: PlotProps['format']): string {
  const value = values[index] ?? null
  return `${label} ${value === null ? '–' : format(value)}`
}

/** How far apart the times are, in seconds. */
function stepOf([first = 0, second = first]: readonly number[]): number {
  return second - first
}

/** Each on top of those before it; the tallest is drawn first, so that the others cover what is theirs. */
function stacked(series: readonly Series[]): readonly Series[] {
  const levels: Series[] = []
  for (const one of series) {
    const below = levels[0]?.values
    levels.unshift({ ...one, values: one.values.map((value, index) => (value ?? 0) + (below?.[index] ?? 0)) })
  }
  return levels
}

/** What a custom property says here and now: canvases do not know `light-dark()`. */
function colorOf(element: Element, name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** The time of the day; of long times, the day. */
function tick(at: number, times: readonly number[]): string {
  const long = (times.at(-1) ?? 0) - (times[0] ?? 0) > 2 * 86_400
  const time = new Date(at * 1000)
  if (long) return time.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
  return clockTime(time.getTime()).slice(0, 5)
}
