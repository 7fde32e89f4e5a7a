// A script of its own, before anything is painted: a page must not flash in the colours that its reader did not choose.
{
  let theme: string | null = null
  try {
    theme = localStorage.getItem('posthorn.theme')
  } catch {
    // Storage may be closed to pages; the system's colours do then.
  }
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme
}
