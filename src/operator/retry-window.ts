const unitHours: Readonly<Record<string, number>> = { min: 1 / 60, h: 1, hour: 1, day: 24, d: 24, week: 168 }
const numbers: Readonly<Record<string, number>> = { five: 5, ten: 10, twelve: 12 }

/**
 * For how many days a sender tries again, as its row says it in words; null where those name no stretch of time. It is the
 * longest one named: "up to 6 times in 3 days" is three.
 */
export function retryDays(retries: string | undefined): number | null {
  const found = [...(retries ?? '').matchAll(/(\d+|five|ten|twelve) (min|h|hour|day|d|week)s?\b/g)]
  const hours = found.map(([, amount = '', unit = '']) => (numbers[amount] ?? Number(amount)) * (unitHours[unit] ?? 0))
  return hours.length === 0 ? null : Math.max(...hours) / 24
}
