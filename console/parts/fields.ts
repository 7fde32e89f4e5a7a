import { h } from 'preact'
import type { Choice } from './filters.ts'

interface FieldProps<T> {
  readonly title: string
  readonly value: T
  readonly onChange: (value: T) => void
}

export function SelectField({
  title,
  value,
  onChange,
  options,
}: FieldProps<string> & { readonly options: readonly Choice[] }) {
  return h(
    'label',
    { class: 'field' },
    h('span', null, title),
    h(
      'select',
      {
        value,
        onChange: (event: Event) => {
          if (event.target instanceof HTMLSelectElement) onChange(event.target.value)
        },
      },
      options.map((option) => h('option', { key: option.value, value: option.value }, option.title)),
    ),
  )
}

interface TextProps extends FieldProps<string> {
  readonly type?: 'text' | 'password' | 'url' | 'number'
  readonly hint?: string
  readonly required?: boolean
  readonly disabled?: boolean
  /** What is wrong with the value; null: nothing. */
  readonly problem?: string | null
}

export function TextField({
  title,
  value,
  onChange,
  type = 'text',
  hint = '',
  required = false,
  disabled = false,
  problem = null,
}: TextProps) {
  return h(
    'label',
    { class: 'field' },
    h('span', null, title),
    h('input', {
      type,
      value,
      required,
      disabled,
      placeholder: hint,
      autoComplete: type === 'password' ? 'new-password' : 'off',
      spellcheck: false,
      'aria-invalid': problem === null ? null : 'true',
      onInput: (event: Event) => {
        if (event.target instanceof HTMLInputElement) onChange(event.target.value)
      },
    }),
    problem === null ? null : h('small', { role: 'alert' }, problem),
  )
}

export function TextArea({ title, value, onChange }: FieldProps<string>) {
  return h(
    'label',
    { class: 'field' },
    h('span', null, title),
    h('textarea', {
      value,
      spellcheck: false,
      onInput: (event: Event) => {
        if (event.target instanceof HTMLTextAreaElement) onChange(event.target.value)
      },
    }),
  )
}

export function CheckField({
  title,
  checked,
  onChange,
}: Omit<FieldProps<boolean>, 'value'> & { readonly checked: boolean }) {
  return h(
    'label',
    { class: 'check' },
    h('input', {
      type: 'checkbox',
      checked,
      onChange: (event: Event) => onChange(event.target instanceof HTMLInputElement && event.target.checked),
    }),
    h('span', null, title),
  )
}
