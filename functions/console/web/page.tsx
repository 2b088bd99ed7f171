import type { Me } from './api.ts';
import { Nav } from './nav.tsx';
import { CallPage } from './pages/call.tsx';
import { Calls } from './pages/calls.tsx';
import { Domains } from './pages/domains.tsx';
import { Find } from './pages/find.tsx';
import { Person } from './pages/person.tsx';
import { PolicyPage } from './pages/policy.tsx';
import { Self } from './pages/self.tsx';
import type { Who } from './phone/settings.ts';
import { place } from './place.ts';
import { t } from './words.ts';

/** The page of a place, as far as whoever is signed in has one there. The API refuses the rest. */
export function Page({ me }: { readonly me: Me }) {
  const { path } = place.value;
  if (me.role === 'subscriber') {
    const who = whoIn(me.aor ?? '');
    return path[0] === 'call' ? <CallPage who={who} self /> : <Self who={who} />;
  }
  const [domain, kind, user, what] = path;
  if (domain === undefined) return <Domains me={me} />;
  return (
    <>
      <Nav domain={domain} />
      {kind === undefined ? (
        <Find key={domain} domain={domain} />
      ) : kind === 'calls' ? (
        <Calls key={domain} domain={domain} />
      ) : kind === 'policy' ? (
        <PolicyPage key={domain} domain={domain} />
      ) : kind === 'people' && user !== undefined ? (
        what === 'call' ? (
          <CallPage key={`${user}@${domain}`} who={{ domain, user }} self={false} />
        ) : (
          <Person key={`${user}@${domain}`} who={{ domain, user }} role={me.role} />
        )
      ) : (
        <p>{t('refused-404')}</p>
      )}
    </>
  );
}

/** `sip:bob@example.com`; a user may have an @ in it. */
function whoIn(aor: string): Who {
  const text = aor.replace(/^sips?:/, '');
  const at = text.lastIndexOf('@');
  return { user: text.slice(0, at), domain: text.slice(at + 1) };
}
