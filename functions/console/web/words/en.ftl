title = Divert: where calls go
skip = To the content
language = Language
waiting = Loading …
try-again = Try again
sign-in-text = See and change where calls are forwarded to.
sign-in = Sign in
sign-in-again = Sign in again
sign-in-failed = Signing in did not work.
sign-out = Sign out
expired = Your sign-in has ended. What you see is still as it was; to go on, sign in again.

refused = This did not work.
refused-offline = Divert could not be reached. Nothing is lost: try again in a moment.
refused-401 = Your sign-in has ended.
refused-403 = You may not do or see this.
refused-404 = There is nothing here.
refused-409 = This can’t be done here.
refused-412 = Somebody else changed this meanwhile. You see it as it is now: decide again.
refused-422 = This is not accepted:
refused-429 = Too many questions at once: try again in a minute.
refused-500 = Something went wrong at our side.
refused-503 = Divert can’t answer right now: try again in a moment.

self-title = Your calls
fate-continue = { $self ->
    [yes] Your phone rings
   *[no] Calls ring at { $user }
}{ $ends ->
    [yes] { " " }until { $until }
   *[no] { "" }
}.
fate-stands = callers hear just that{ $ends ->
    [yes] { " " }until { $until }
   *[no] { "" }
}.
fate-redirect = { $self ->
    [yes] Calls to you go to { $targets }
   *[no] Calls go to { $targets }
}{ $ends ->
    [yes] { " " }until { $until }
   *[no] { "" }
}.
fate-reject = { $status ->
    [486] Callers hear that { $self ->
        [yes] you are
       *[no] { $user } is
    } busy
   *[other] Calls are refused ({ $status })
}{ $ends ->
    [yes] { " " }until { $until }
   *[no] { "" }
}.
fate-unknown = What happens to calls now is not known.
because = By the rule { $rule }.
if-busy = { $self ->
    [yes] If you are on the phone:
   *[no] If they are on the phone:
}
if-no-answer = { $self ->
    [yes] If you do not answer:
   *[no] If they do not answer:
}
if-unreachable = { $self ->
    [yes] If your phone is off:
   *[no] If their phone is off:
}

phone = Forwarding
feature-always = Every call
feature-busy = While on the phone
feature-no-answer = When not answered
feature-unreachable = When the phone is off
forwarded = Forwarded to { $to } { $until }.
stop = Stop forwarding
forward-to = Forward to
forward-to-missing = Type a name or a number first.
after = Seconds of ringing before
forget = Forget { $to }
saving = Saving …
saved = Saved. It holds from the next call on.
until-hour = For an hour
until-today = Until { $time } today
until-tomorrow = Until tomorrow { $time }
until-monday = Until Monday { $time }
until-stopped = Until I stop it
until-other = Another time
until-field = Until ({ $zone })
until-set = Until then
until-none = until it is stopped
until-at = until { $time }
dnd = Do not disturb
dnd-on = Callers hear that the phone is busy { $until }.
dnd-stop = May be disturbed again

week = The coming week
week-trigger = Show
week-list = As a list
strip-continue = rings
strip-redirect = forwarded
strip-reject = refused
trigger-always = every call
trigger-busy = when busy
trigger-no-answer = when not answered
trigger-unreachable = when the phone is off

rules = Rules
rules-none = There are none: calls ring.
rules-template = After them come the rules of the template { $name }.
rules-hint = The first rule that holds decides. What is set under “Forwarding” stands before them.
unnamed = without a name
rule-off = off
rule-sentence = { $when }{ $conditions }: { $action }
when-always = for every call
when-busy = when busy
when-no-answer = when not answered
when-unreachable = when the phone is off
when-deflected = when the phone itself forwards
when-declined = when declined
when-any = whatever happens
rule-after = after { $seconds } seconds
rule-callers = from { $list }
rule-called = dialled as { $list }
rule-during = during { $name }
rule-outside = outside { $name }
rule-switch-on = while { $name } is switched on
rule-switch-off = while { $name } is switched off
rule-diverted = diverted before
rule-undiverted = not diverted before
rule-via = by way of { $list }
rule-from = from { $time }
rule-until = until { $time }
callers-internal = colleagues
callers-external = outside
callers-anonymous = anonymous callers
callers-verified = verified callers
callers-unverified = unverified callers
callers-unassigned = a number nobody has
not = not { $what }
action-forward = calls go to { $targets }.
action-reject = calls are refused ({ $status }).
action-continue = the phone rings.
target-self = their own phones

domains = Domains
find = People
find-label = Part of a name or number
find-forwarded = Only who is forwarded now
find-goes = to { $to }
find-set = { $what } set
set-always = every call
set-busy = when busy
set-no-answer = when not answered
set-unreachable = when the phone is off
set-dnd = do not disturb
found = { $count ->
    [0] { $more ->
        [yes] None so far.
       *[no] Nobody.
    }
    [one] One person.
   *[other] { $count } people.
}
more = More
try-call = Why does a call go where it goes? Try one
rules-own = These rules are their own: they change them themselves.
rules-code = These rules belong to code: they are changed where they are kept, and applied from there.
yaml = As YAML
yaml-copy = Copy
yaml-copied = Copied.
history = What was changed
history-made = Made.
drift = by force: the next plan shows it as drift
undo = Back to version { $version }
undo-phone = Forwarding back to version { $version }
undo-hint = What is put back here belongs to code: the next plan shows it as drift, and the next apply takes it away again.

call-title = A call to { $user }
call-at = When ({ $zone })
call-slider = { $day }, { $time }
call-from = Caller: a name, a number, empty for anybody outside
call-outcome = And if
outcome-always = the call comes in
outcome-busy = they were busy
outcome-no-answer = they did not answer
outcome-unreachable = their phone were off
outcome-declined = they declined
call-before = It would not ring at all: { $rule } decides first.
decision-continue = { $user }: rings{ $by ->
    [yes] , by { $rule }
   *[no] { "" }
}
decision-redirect = { $user }: to { $targets }{ $by ->
    [yes] , by { $rule }
   *[no] { "" }
}
decision-reject = { $user }: refused ({ $status }){ $by ->
    [yes] , by { $rule }
   *[no] { "" }
}
considered-none = There is no rule for such a call.
held = held and decided.
not-held = did not hold.
not-held-because = did not hold:
layer-first = operator, first
layer-phone = forwarding
layer-subscriber = own rule
layer-template = template
layer-finally = operator, finally
condition-when = it is { $value } only
condition-enabled = it is switched off
condition-from = it begins { $value }; the call was { $time } ({ $zone })
condition-until = it ended { $value }; the call was { $time } ({ $zone })
condition-schedule = the call was { $time } ({ $zone }), which is not: { $value }
condition-switch = the switch is not: { $value }
condition-callers = the caller is not: { $value }
condition-called = dialled was not: { $value }
condition-diverted = diverted before: not { $value }
condition-via = it did not come by way of { $value }
condition-other = { $condition }: not { $value }
missed-days = days: { $value }
missed-hours = hours: { $value }
missed-on = only on { $value }
missed-except = not on { $value }
dropped = Not used:
drop-other = { $target }: { $why }
drop-emergency = { $target }: emergency numbers are never forwarded to
drop-denied = { $target }: the operator denies it
drop-not-allowed = { $target }: the operator does not allow it
drop-premium = { $target }: a premium-rate number
drop-invalid-number = { $target }: no number of its country
drop-invalid-name = { $target }: nobody has this name
drop-called-user = { $target }: is called already
drop-caller = { $target }: is the caller
drop-loop = { $target }: has diverted this call already
drop-max-diversions = { $target }: the call was diverted too often
drop-duplicate = { $target }: is named twice
drop-no-user = { $target }: names nobody
ladder = Messages
ladder-edge = edge
ladder-list = As a list
ladder-message = { $from } to { $to }: { $text }

policy = Rules of the domain
policy-of = Rules of { $domain }
policy-first = Before everybody’s own
policy-finally = After everybody’s own
policy-no-rules = There are none.
policy-template = Template { $name }
policy-zone = Clocks are those of { $zone }.
policy-ring = Phones ring for { $seconds } seconds before a call counts as not answered.
policy-diversions = A call is diverted { $count } times at most.
policy-allow = Calls may be forwarded to { $list }.
policy-allow-own = Calls may be forwarded within the domain only.
policy-deny = Never to { $list }.
policy-group = Group { $name }: { $list }.
policy-schedule = { $name }: { $list }.
policy-calendar = Calendar { $name }: { $list }.
window-on = on { $list }
window-except = except { $list }
switches = Switches
switch-on = on
switch-off = off

calls = Calls
calls-of = Calls of { $domain }
calls-around = Half an hour before and after ({ $zone })
calls-caller = Caller, if one is known
calls-none = No calls were found.
calls-incomplete = Not everything was looked through: choose a narrower time, or try again.
calls-hint = The newest two minutes may be missing.
calls-off = Calls are not searched here, or not by you.
calls-by = by { $rule }
call-approximate = This is approximate: something mattered that the log does not show.
