import { htmlOf } from './html.ts'

/** Why a browser sees the page. */
export type LoginNotice = 'none' | 'signed-out' | 'wrong' | 'blocked' | 'foreign' | 'not-kept'

export interface LoginPage {
  /** Checked: where the browser goes afterwards. */
  readonly next: string
  readonly notice: LoginNotice
  /** Whether VIEWER_TOKEN may be given as well. */
  readonly viewers: boolean
}

const words: Readonly<Record<Exclude<LoginNotice, 'none'>, string>> = {
  'signed-out': 'You are signed out.',
  wrong: 'That is not the token. It is the value of ADMIN_TOKEN where the gateway runs.',
  blocked: 'Too many wrong tokens came from your address. Wait a minute, then try again.',
  foreign: 'The form was sent from another site, so nothing was done. Sign in here.',
  'not-kept':
    'Your browser did not keep the session. It does so over https only, or on the machine itself as http://localhost: ' +
    'open this page that way.',
}

/** A page of text, and nothing that runs: the gateway's own style sheet alone, and a form that leads nowhere else. */
export const plainPagePolicy =
  "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** The form works without script; a password manager finds a name and a password in it. */
export function renderLoginPage({ next, notice, viewers }: LoginPage): string {
  const said = notice === 'none' ? '' : words[notice]
  const tone = notice === 'signed-out' ? 'status' : 'alert'
  const invalid = notice === 'wrong' ? ' aria-invalid="true"' : ''
  const described = said === '' ? 'hint' : 'notice hint'
  return page(
    'Sign in',
    `${said === '' ? '' : `<p id="notice" class="notice ${tone}" role="${tone}">${htmlOf(said)}</p>`}
<form method="post" action="/console/login">
<input type="hidden" name="next" value="${htmlOf(next)}">
<input class="name" type="text" name="username" value="posthorn" autocomplete="username" readonly tabindex="-1" aria-hidden="true">
<label for="token">Token</label>
<input id="token" name="token" type="password" required autofocus autocomplete="current-password" autocapitalize="off" spellcheck="false" aria-describedby="${described}"${invalid}>
<p id="hint" class="hint">The value of <code>ADMIN_TOKEN</code>${viewers ? ', or <code>VIEWER_TOKEN</code> to look only' : ''}. The session lasts 12 hours.</p>
<button type="submit">Sign in</button>
</form>`,
  )
}

/** What a person sees who may not come in, and what to do about it. */
export function renderRefusalPage(words: string): string {
  return page('Not from here', `<p class="notice alert" role="alert">${htmlOf(words)}</p>`)
}

/**
 * For a browser that was led here by a link of another site: it left its cookie out, as SameSite=Strict says. Asked again by
 * this page, which is ours, it sends it.
 */
export function renderDetour(path: string): string {
  return page(
    'One moment',
    `<p><a href="${htmlOf(path)}">Go on</a></p>`,
    `<meta http-equiv="refresh" content="0; url=${htmlOf(path)}">`,
  )
}

function page(title: string, content: string, head = ''): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">${head}
<title>${title} · Posthorn</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/console/login.css"></head>
<body><main><h1><span class="mark" aria-hidden="true"></span>Posthorn</h1>
${content}
</main></body></html>`
}

export const loginStyle = `:root {
  color-scheme: light dark;
  --page: light-dark(#f4f5f7, #14161a);
  --card: light-dark(#ffffff, #1d2026);
  --text: light-dark(#1b1f27, #e8eaee);
  --muted: light-dark(#596273, #a0a8b6);
  --line: light-dark(#b4bac5, #4a515e);
  --accent: light-dark(#8a4b08, #f0b35c);
  --on-accent: light-dark(#ffffff, #241500);
  --alert: light-dark(#a3201d, #ff9c94);
}
* { box-sizing: border-box; }
html { background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 1rem; }
main { width: 100%; max-width: 24rem; background: var(--card); border: 1px solid color-mix(in srgb, var(--line) 45%, transparent); border-radius: 12px; padding: 1.75rem; }
h1 { display: flex; align-items: center; gap: .6rem; font-size: 1.35rem; line-height: 1.2; margin: 0 0 1.25rem; }
.mark { width: 1.1em; height: 1.1em; border-radius: 50%; border: .24em solid var(--accent); border-right-color: transparent; transform: rotate(-45deg); }
label { display: block; font-weight: 600; margin-bottom: .35rem; }
input[type="password"] { width: 100%; font: inherit; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: 8px; padding: .6rem .7rem; }
input[aria-invalid="true"] { border-color: var(--alert); }
.name { position: absolute; width: 1px; height: 1px; padding: 0; border: 0; overflow: hidden; clip-path: inset(50%); }
button { width: 100%; min-height: 2.75rem; font: inherit; font-weight: 600; cursor: pointer; color: var(--on-accent); background: var(--accent); border: 0; border-radius: 8px; }
button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.hint { color: var(--muted); font-size: .9rem; margin: .5rem 0 1.25rem; }
.notice { border-left: 4px solid var(--accent); padding: .1rem 0 .1rem .75rem; margin: 0 0 1.25rem; }
.notice.alert { border-color: var(--alert); }
code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
a { color: var(--accent); }
`
