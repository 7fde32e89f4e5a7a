import { h } from 'preact'
import { useState } from 'preact/hooks'
import { PageHead } from '../parts/basics.ts'
import { CheckField } from '../parts/fields.ts'
import { Loading } from '../parts/loading.ts'
import { useResource } from '../state/resource.ts'
import type { Setting, SettingList } from '../state/types.ts'

const fromWords: Readonly<Record<Setting['from'], string>> = {
  environment: 'environment',
  platform: 'platform',
  file: 'configuration file',
  default: 'default',
}

/** Every setting as it counts; to be read, and changed where the gateway runs. */
export function Settings() {
  const found = useResource<SettingList>('/api/settings')
  const { data } = found
  const [text, setText] = useState('')
  const [onlySet, setOnlySet] = useState(false)
  const wanted = text.trim().toLowerCase()
  const settings = (data?.settings ?? []).filter(
    ({ name, description, isSet }) =>
      (isSet || !onlySet) && `${name} ${description ?? ''}`.toLowerCase().includes(wanted),
  )
  return h(
    'div',
    null,
    h(PageHead, {
      title: 'Settings',
      lead: 'Read once, at the start: change them where the gateway runs, and start it again. Secrets are not shown.',
    }),
    h(Loading, { of: found, lines: 12 }),
    data === undefined
      ? null
      : [
          h(
            'div',
            { key: 'filters', class: 'filters' },
            h(
              'label',
              { class: 'search' },
              h('span', null, 'Search'),
              h('input', {
                type: 'search',
                value: text,
                onInput: (event: Event) => {
                  if (event.target instanceof HTMLInputElement) setText(event.target.value)
                },
              }),
            ),
            h(CheckField, { title: 'Only what is set', checked: onlySet, onChange: setOnlySet }),
          ),
          h(
            'p',
            { key: 'file', class: 'hint' },
            data.configFile === null
              ? 'There is no configuration file.'
              : ['Configuration file: ', h('code', { key: 'name' }, data.configFile)],
          ),
          h(
            'dl',
            { key: 'all', class: 'settings' },
            settings.map((setting) => h(Line, { key: setting.name, setting })),
          ),
          settings.length === 0 ? h('p', { key: 'none', class: 'list-end' }, 'No setting matches.') : null,
        ],
  )
}

function Line({ setting }: { readonly setting: Setting }) {
  const { name, value, isSet, isSecret, from, description, accepted } = setting
  const shown = isSecret ? (isSet ? 'set, not shown' : 'not set') : (value ?? 'not set')
  return h(
    'div',
    { class: isSet ? 'set' : '' },
    h('dt', null, h('code', null, name)),
    h(
      'dd',
      null,
      h(
        'span',
        { class: 'setting-value' },
        h(isSecret || value === null ? 'span' : 'code', { class: 'wrap' }, shown),
        h('small', null, isSet ? fromWords[from] : 'default'),
      ),
      description === null ? null : h('p', { class: 'hint' }, withoutMarks(description)),
      accepted === null ? null : h('p', { class: 'hint' }, `Accepted: ${accepted}`),
    ),
  )
}

/** Descriptions are written for pages in Markdown too. */
const withoutMarks = (text: string): string => text.replaceAll('`', '')
