import { nearest } from '../suggest.ts'
import { below } from './check.ts'
import { type Add, checkPattern, checkValue, isFiniteNumber, isPlainObject, isShallow } from './filter-values.ts'

const GROUPS = ['$and', '$or', '$nor']
const FLAGS = /^[imsu]*$/
const TYPES = ['string', 'number', 'bool', 'array', 'null']

/**
 * Checks a filter before any event meets it: every path, operator and operand. What passes holds data and regular
 * expressions only, no code.
 */
export function checkFilter(filter: unknown, at: string, add: Add): void {
  checkQuery(filter, at, add, checkEventPath, 0)
}

type CheckPath = (path: string, place: string, add: Add) => void

function checkQuery(query: unknown, at: string, add: Add, checkPath: CheckPath, depth: number): void {
  if (!isShallow(depth, at, add)) return
  const entries = isPlainObject(query) ? Object.entries(query) : []
  if (entries.length === 0) add(at, 'is not accepted; give an object with at least one path and its condition.')
  for (const [key, value] of entries) {
    const place = below(at, key)
    if (GROUPS.includes(key)) {
      if (!Array.isArray(value) || value.length === 0) add(place, 'is not accepted; give a list of filters.')
      else for (const [index, one] of value.entries()) checkQuery(one, below(place, index), add, checkPath, depth + 1)
    } else if (key.startsWith('$')) add(place, unknownOperator(key, GROUPS))
    else {
      checkPath(key, place, add)
      checkCondition(value, place, add, depth + 1)
    }
  }
}

function checkEventPath(path: string, place: string, add: Add): void {
  const header = /^headers\.(.+)$/s.exec(path)?.[1]
  if (header !== undefined) {
    if (header !== header.toLowerCase()) add(place, 'names a header; give its name in lower case.')
  } else if (path !== 'body' && !/^body\../s.test(path)) {
    add(place, 'is not part of an event; give "headers.<name>", "body" or "body.<path>".')
  }
}

function checkCondition(condition: unknown, place: string, add: Add, depth: number): void {
  if (!isShallow(depth, place, add)) return
  if (condition instanceof RegExp) checkPattern(condition, place, add)
  else if (!isPlainObject(condition)) checkValue(condition, place, add)
  else if (Object.keys(condition).some((key) => key.startsWith('$'))) checkOperators(condition, place, add, depth)
  else {
    add(
      place,
      'would mean exactly this object and nothing beside it; give the whole path of what is meant, such as "body.action": "opened".',
    )
  }
}

function checkOperators(condition: Readonly<Record<string, unknown>>, place: string, add: Add, depth: number): void {
  for (const [key, operand] of Object.entries(condition)) {
    const check = OPERATORS.get(key)
    if (check === undefined) add(below(place, key), unknownOperator(key, [...OPERATORS.keys()]))
    else check(operand, below(place, key), add, depth + 1, condition)
  }
}

function unknownOperator(key: string, known: readonly string[]): string {
  if (key === '$where') return 'runs code, which a filter must not; use a handler, or a transform.'
  if (!key.startsWith('$')) return 'stands beside operators; give it a path of its own.'
  const meant = nearest(key, known)
  return `is not known here; ${meant === null ? `what can stand here is ${known.join(', ')}` : `did you mean ${meant}?`}`
}

type CheckOperand = (operand: unknown, place: string, add: Add, depth: number, condition: object) => void

const checkEqual: CheckOperand = (operand, place, add) => checkValue(operand, place, add)

const checkOrdered: CheckOperand = (operand, place, add) => {
  if (typeof operand !== 'string' && !isFiniteNumber(operand)) add(place, 'is not accepted; give a number or a text.')
}

const checkList: CheckOperand = (operand, place, add) => {
  if (!Array.isArray(operand) || operand.length === 0) add(place, 'is not accepted; give a list of values.')
  for (const [index, one] of Array.isArray(operand) ? operand.entries() : []) {
    if (one instanceof RegExp) checkPattern(one, below(place, index), add)
    else checkValue(one, below(place, index), add)
  }
}

const checkRegex: CheckOperand = (operand, place, add, _depth, condition) => {
  const options: unknown = Reflect.get(condition, '$options')
  try {
    if (operand instanceof RegExp) checkPattern(operand, place, add)
    else if (typeof operand !== 'string') add(place, 'is not accepted; give a regular expression as a text.')
    else
      checkPattern(new RegExp(operand, typeof options === 'string' && FLAGS.test(options) ? options : ''), place, add)
  } catch {
    add(place, 'is no regular expression; correct it.')
  }
}

const checkNot: CheckOperand = (operand, place, add, depth) => {
  if (isPlainObject(operand) || operand instanceof RegExp) checkCondition(operand, place, add, depth)
  else add(place, 'is not accepted; give a condition such as { $in: ["a", "b"] }.')
}

/** Either a condition on the item itself, or paths below it. */
const checkItems: CheckOperand = (operand, place, add, depth) => {
  const keys = isPlainObject(operand) ? Object.keys(operand) : []
  if (keys.some((key) => OPERATORS.has(key))) checkCondition(operand, place, add, depth)
  else checkQuery(operand, place, add, () => {}, depth)
}

const OPERATORS: ReadonlyMap<string, CheckOperand> = new Map<string, CheckOperand>([
  ['$eq', checkEqual],
  ['$ne', checkEqual],
  ['$gt', checkOrdered],
  ['$gte', checkOrdered],
  ['$lt', checkOrdered],
  ['$lte', checkOrdered],
  ['$in', checkList],
  ['$nin', checkList],
  ['$all', checkList],
  ['$regex', checkRegex],
  ['$not', checkNot],
  ['$elemMatch', checkItems],
  [
    '$options',
    (operand, place, add, _depth, condition) => {
      if (typeof operand !== 'string' || !FLAGS.test(operand)) add(place, 'is not accepted; give letters of imsu.')
      else if (!('$regex' in condition)) add(place, 'is there without $regex; give that one too.')
    },
  ],
  [
    '$exists',
    (operand, place, add) => {
      if (typeof operand !== 'boolean') add(place, 'is not accepted; give true or false.')
    },
  ],
  [
    '$size',
    (operand, place, add) => {
      if (!Number.isSafeInteger(operand) || Number(operand) < 0) add(place, 'is not accepted; give a whole number.')
    },
  ],
  [
    '$mod',
    (operand, place, add) => {
      const fits = Array.isArray(operand) && operand.length === 2 && operand.every(isFiniteNumber) && operand[0] !== 0
      if (!fits) add(place, 'is not accepted; give [divisor, remainder].')
    },
  ],
  [
    '$type',
    (operand, place, add) => {
      if (!TYPES.some((type) => type === operand)) add(place, `is not accepted; give one of ${TYPES.join(', ')}.`)
    },
  ],
])
