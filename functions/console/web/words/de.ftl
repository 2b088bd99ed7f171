title = Divert: wohin Anrufe gehen
skip = Zum Inhalt
language = Sprache
waiting = Wird geladen …
try-again = Noch einmal
sign-in-text = Sehen und ändern, wohin Anrufe umgeleitet werden.
sign-in = Anmelden
sign-in-again = Neu anmelden
sign-in-failed = Die Anmeldung ist nicht gelungen.
sign-out = Abmelden
expired = Ihre Anmeldung ist abgelaufen. Was Sie sehen, ist noch da; um weiterzumachen, melden Sie sich neu an.

refused = Das ist nicht gelungen.
refused-offline = Divert ist nicht zu erreichen. Es ist nichts verloren: versuchen Sie es gleich noch einmal.
refused-401 = Ihre Anmeldung ist abgelaufen.
refused-403 = Das dürfen Sie nicht tun oder sehen.
refused-404 = Hier ist nichts.
refused-409 = Das geht hier nicht.
refused-412 = Jemand anderes hat das inzwischen geändert. Sie sehen es, wie es jetzt ist: entscheiden Sie neu.
refused-422 = Das wird nicht angenommen:
refused-429 = Zu viele Anfragen auf einmal: versuchen Sie es in einer Minute noch einmal.
refused-500 = Bei uns ist etwas schiefgegangen.
refused-503 = Divert kann gerade nicht antworten: versuchen Sie es gleich noch einmal.

self-title = Ihre Anrufe
fate-continue = { $self ->
    [yes] Ihr Telefon klingelt
   *[no] Anrufe klingeln bei { $user }
}{ $ends ->
    [yes] { " " }bis { $until }
   *[no] { "" }
}.
fate-stands = Anrufer hören genau das{ $ends ->
    [yes] { " " }bis { $until }
   *[no] { "" }
}.
fate-redirect = { $self ->
    [yes] Ihre Anrufe gehen an { $targets }
   *[no] Anrufe gehen an { $targets }
}{ $ends ->
    [yes] { " " }bis { $until }
   *[no] { "" }
}.
fate-reject = { $status ->
    [486] Anrufer hören, dass { $self ->
        [yes] bei Ihnen
       *[no] bei { $user }
    } besetzt ist
   *[other] Anrufe werden abgewiesen ({ $status })
}{ $ends ->
    [yes] { " " }bis { $until }
   *[no] { "" }
}.
fate-unknown = Was jetzt mit Anrufen geschieht, ist nicht bekannt.
because = Durch die Regel { $rule }.
if-busy = { $self ->
    [yes] Wenn Sie telefonieren:
   *[no] Wenn dort telefoniert wird:
}
if-no-answer = { $self ->
    [yes] Wenn Sie nicht abnehmen:
   *[no] Wenn dort niemand abnimmt:
}
if-unreachable = { $self ->
    [yes] Wenn Ihr Telefon aus ist:
   *[no] Wenn das Telefon dort aus ist:
}

phone = Umleitung
feature-always = Jeder Anruf
feature-busy = Bei besetzt
feature-no-answer = Wenn niemand abnimmt
feature-unreachable = Wenn das Telefon aus ist
forwarded = Umgeleitet an { $to } { $until }.
stop = Umleitung beenden
forward-to = Umleiten an
forward-to-missing = Geben Sie zuerst einen Namen oder eine Nummer ein.
after = Sekunden Klingeln davor
forget = { $to } vergessen
saving = Wird gespeichert …
saved = Gespeichert. Es gilt ab dem nächsten Anruf.
until-hour = Eine Stunde lang
until-today = Bis heute { $time }
until-tomorrow = Bis morgen { $time }
until-monday = Bis Montag { $time }
until-stopped = Bis ich es beende
until-other = Eine andere Zeit
until-field = Bis ({ $zone })
until-set = Bis dann
until-none = bis es beendet wird
until-at = bis { $time }
dnd = Nicht stören
dnd-on = Anrufer hören, dass besetzt ist, { $until }.
dnd-stop = Darf wieder gestört werden

week = Die kommende Woche
week-trigger = Zeigen
week-list = Als Liste
strip-continue = klingelt
strip-redirect = umgeleitet
strip-reject = abgewiesen
trigger-always = jeden Anruf
trigger-busy = bei besetzt
trigger-no-answer = wenn niemand abnimmt
trigger-unreachable = wenn das Telefon aus ist

rules = Regeln
rules-none = Es gibt keine: Anrufe klingeln.
rules-template = Danach kommen die Regeln der Vorlage { $name }.
rules-hint = Die erste Regel, die zutrifft, entscheidet. Was unter „Umleitung“ eingestellt ist, steht davor.
unnamed = ohne Namen
rule-off = aus
rule-sentence = { $when }{ $conditions }: { $action }
when-always = bei jedem Anruf
when-busy = bei besetzt
when-no-answer = wenn niemand abnimmt
when-unreachable = wenn das Telefon aus ist
when-deflected = wenn das Telefon selbst umleitet
when-declined = wenn abgelehnt wird
when-any = was auch geschieht
rule-after = nach { $seconds } Sekunden
rule-callers = von { $list }
rule-called = gewählt als { $list }
rule-during = während { $name }
rule-outside = außerhalb von { $name }
rule-switch-on = solange { $name } eingeschaltet ist
rule-switch-off = solange { $name } ausgeschaltet ist
rule-diverted = schon umgeleitet
rule-undiverted = noch nicht umgeleitet
rule-via = über { $list }
rule-from = ab { $time }
rule-until = bis { $time }
callers-internal = Kollegen
callers-external = außen
callers-anonymous = anonymen Anrufern
callers-verified = bestätigten Anrufern
callers-unverified = unbestätigten Anrufern
callers-unassigned = eine Nummer, die niemand hat
not = nicht { $what }
action-forward = Anrufe gehen an { $targets }.
action-reject = Anrufe werden abgewiesen ({ $status }).
action-continue = das Telefon klingelt.
target-self = die eigenen Telefone

domains = Domänen
find = Personen
find-label = Teil eines Namens oder einer Nummer
find-forwarded = Nur wer jetzt umgeleitet ist
find-goes = an { $to }
find-set = { $what } eingestellt
set-always = jeder Anruf
set-busy = bei besetzt
set-no-answer = wenn niemand abnimmt
set-unreachable = wenn das Telefon aus ist
set-dnd = nicht stören
found = { $count ->
    [0] { $more ->
        [yes] Bisher niemand.
       *[no] Niemand.
    }
    [one] Eine Person.
   *[other] { $count } Personen.
}
more = Weitere
try-call = Warum geht ein Anruf wohin? Einen ausprobieren
rules-own = Diese Regeln gehören der Person selbst: sie ändert sie selbst.
rules-code = Diese Regeln gehören zum Code: sie werden dort geändert, wo sie aufbewahrt sind, und von dort angewendet.
yaml = Als YAML
yaml-copy = Kopieren
yaml-copied = Kopiert.
history = Was geändert wurde
history-made = Angelegt.
drift = erzwungen: der nächste Plan zeigt es als Abweichung
undo = Zurück zu Version { $version }
undo-phone = Umleitung zurück zu Version { $version }
undo-hint = Was hier zurückgesetzt wird, gehört zum Code: der nächste Plan zeigt es als Abweichung, und das nächste Anwenden nimmt es wieder weg.

call-title = Ein Anruf bei { $user }
call-at = Wann ({ $zone })
call-slider = { $day }, { $time }
call-from = Anrufer: ein Name, eine Nummer, leer für jemanden von außen
call-outcome = Und wenn
outcome-always = der Anruf ankommt
outcome-busy = besetzt wäre
outcome-no-answer = niemand abnähme
outcome-unreachable = das Telefon aus wäre
outcome-declined = abgelehnt würde
call-before = Es würde gar nicht klingeln: { $rule } entscheidet vorher.
decision-continue = { $user }: klingelt{ $by ->
    [yes] , durch { $rule }
   *[no] { "" }
}
decision-redirect = { $user }: an { $targets }{ $by ->
    [yes] , durch { $rule }
   *[no] { "" }
}
decision-reject = { $user }: abgewiesen ({ $status }){ $by ->
    [yes] , durch { $rule }
   *[no] { "" }
}
considered-none = Für so einen Anruf gibt es keine Regel.
held = traf zu und entschied.
not-held = traf nicht zu.
not-held-because = traf nicht zu:
layer-first = Betreiber, zuerst
layer-phone = Umleitung
layer-subscriber = eigene Regel
layer-template = Vorlage
layer-finally = Betreiber, zuletzt
condition-when = sie gilt nur { $value }
condition-enabled = sie ist ausgeschaltet
condition-from = sie beginnt { $value }; der Anruf war { $time } ({ $zone })
condition-until = sie endete { $value }; der Anruf war { $time } ({ $zone })
condition-schedule = der Anruf war { $time } ({ $zone }), das ist nicht: { $value }
condition-switch = der Schalter ist nicht: { $value }
condition-callers = der Anrufer ist nicht: { $value }
condition-called = gewählt war nicht: { $value }
condition-diverted = schon umgeleitet: nicht { $value }
condition-via = er kam nicht über { $value }
condition-other = { $condition }: nicht { $value }
missed-days = Tage: { $value }
missed-hours = Zeiten: { $value }
missed-on = nur an { $value }
missed-except = nicht an { $value }
dropped = Nicht verwendet:
drop-other = { $target }: { $why }
drop-emergency = { $target }: an Notrufnummern wird nie umgeleitet
drop-denied = { $target }: der Betreiber verbietet es
drop-not-allowed = { $target }: der Betreiber erlaubt es nicht
drop-premium = { $target }: eine Sonderrufnummer
drop-invalid-number = { $target }: keine Nummer ihres Landes
drop-invalid-name = { $target }: diesen Namen hat niemand
drop-called-user = { $target }: wird schon angerufen
drop-caller = { $target }: ist der Anrufer
drop-loop = { $target }: hat diesen Anruf schon umgeleitet
drop-max-diversions = { $target }: der Anruf wurde zu oft umgeleitet
drop-duplicate = { $target }: ist doppelt genannt
drop-no-user = { $target }: nennt niemanden
ladder = Nachrichten
ladder-edge = Edge
ladder-list = Als Liste
ladder-message = { $from } an { $to }: { $text }

policy = Regeln der Domäne
policy-of = Regeln von { $domain }
policy-first = Vor allen eigenen
policy-finally = Nach allen eigenen
policy-no-rules = Es gibt keine.
policy-template = Vorlage { $name }
policy-zone = Die Uhren sind die von { $zone }.
policy-ring = Telefone klingeln { $seconds } Sekunden, bevor ein Anruf als nicht angenommen gilt.
policy-diversions = Ein Anruf wird höchstens { $count }-mal umgeleitet.
policy-allow = Anrufe dürfen umgeleitet werden an { $list }.
policy-allow-own = Anrufe dürfen nur innerhalb der Domäne umgeleitet werden.
policy-deny = Nie an { $list }.
policy-group = Gruppe { $name }: { $list }.
policy-schedule = { $name }: { $list }.
policy-calendar = Kalender { $name }: { $list }.
window-on = an { $list }
window-except = außer { $list }
switches = Schalter
switch-on = ein
switch-off = aus

calls = Anrufe
calls-of = Anrufe bei { $domain }
calls-around = Eine halbe Stunde davor und danach ({ $zone })
calls-caller = Anrufer, wenn bekannt
calls-none = Es wurden keine Anrufe gefunden.
calls-incomplete = Es wurde nicht alles durchsucht: wählen Sie eine engere Zeit, oder versuchen Sie es noch einmal.
calls-hint = Die neuesten zwei Minuten können fehlen.
calls-off = Anrufe werden hier nicht durchsucht, oder nicht von Ihnen.
calls-by = durch { $rule }
call-approximate = Das ist ungefähr: es kam auf etwas an, das im Protokoll nicht steht.
