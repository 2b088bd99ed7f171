/* Made by `npm run openapi`. */


export interface paths {
  "/me": {
    /**
     * Who you are, your role, and whose settings you may reach
     * @description For administrators and help desks, and a subscriber for themselves.
     */
    get: operations["getMe"];
  };
  "/domains": {
    /**
     * Your domains, by name
     * @description For administrators and help desks.
     */
    get: operations["listDomains"];
  };
  "/domains/{domain}": {
    /**
     * Read a policy
     * @description For administrators and help desks.
     */
    get: operations["getPolicy"];
    /**
     * Create or replace a policy
     * @description For administrators.
     */
    put: operations["putPolicy"];
    /**
     * Remove a policy
     * @description For administrators.
     */
    delete: operations["deletePolicy"];
    /**
     * Change parts of a policy by a JSON Merge Patch (RFC 7396)
     * @description For administrators.
     */
    patch: operations["patchPolicy"];
  };
  "/domains/{domain}/history": {
    /**
     * Who changed the policy, when, from where, and what was there before; newest first
     * @description For administrators and help desks.
     */
    get: operations["getPolicyHistory"];
  };
  "/domains/{domain}/revert": {
    /**
     * Put the policy back as it was at a version
     * @description For administrators.
     */
    post: operations["revertPolicy"];
  };
  "/domains/{domain}/subscribers": {
    /**
     * The subscribers of a domain, by name; or those who match, in pages that may be empty
     * @description For administrators and help desks.
     */
    get: operations["listSubscribers"];
  };
  "/domains/{domain}/subscribers/{user}": {
    /**
     * Read a subscriber
     * @description For administrators and help desks, and a subscriber for themselves.
     */
    get: operations["getSubscriber"];
    /**
     * Create or replace a subscriber
     * @description For administrators, and a subscriber for themselves.
     */
    put: operations["putSubscriber"];
    /**
     * Remove a subscriber
     * @description For administrators.
     */
    delete: operations["deleteSubscriber"];
    /**
     * Change parts of a subscriber by a JSON Merge Patch (RFC 7396)
     * @description For administrators, and a subscriber for themselves.
     */
    patch: operations["patchSubscriber"];
  };
  "/domains/{domain}/subscribers/{user}/history": {
    /**
     * Who changed a subscriber, when, from where, and what was there before; newest first
     * @description For administrators and help desks.
     */
    get: operations["getSubscriberHistory"];
  };
  "/domains/{domain}/subscribers/{user}/revert": {
    /**
     * Put a subscriber, their phone settings included, back as they were at a version
     * @description For administrators.
     */
    post: operations["revertSubscriber"];
  };
  "/domains/{domain}/subscribers/{user}/phone": {
    /**
     * Read a phonesettings
     * @description For administrators and help desks, and a subscriber for themselves.
     */
    get: operations["getPhoneSettings"];
    /**
     * Create or replace a phonesettings
     * @description For administrators and help desks, and a subscriber for themselves.
     */
    put: operations["putPhoneSettings"];
    /**
     * Remove a phonesettings
     * @description For administrators and help desks, and a subscriber for themselves.
     */
    delete: operations["deletePhoneSettings"];
    /**
     * Change parts of a phonesettings by a JSON Merge Patch (RFC 7396)
     * @description For administrators and help desks, and a subscriber for themselves.
     */
    patch: operations["patchPhoneSettings"];
  };
  "/domains/{domain}/subscribers/{user}/forecast": {
    /**
     * For each trigger, which rule decides when, for a caller of whom nothing is known; at most 14 days
     * @description For administrators and help desks, and a subscriber for themselves.
     */
    get: operations["getForecast"];
  };
  "/domains/{domain}/explain": {
    /**
     * Explain a call: every rule looked at, and why it did or did not hold
     * @description For administrators and help desks, and a subscriber for themselves.
     */
    post: operations["explain"];
  };
  "/domains/{domain}/calls": {
    /**
     * Calls as they were decided, newest first: of the last hour, at most 24 hours at once
     * @description For administrators and help desks, and a subscriber for themselves.
     */
    get: operations["listCalls"];
  };
  "/domains/{domain}/switches": {
    /**
     * The switches of a domain
     * @description For administrators and help desks.
     */
    get: operations["listSwitches"];
  };
  "/domains/{domain}/switches/history": {
    /**
     * Who switched what, when, from where, and which were on before; newest first
     * @description For administrators and help desks.
     */
    get: operations["getSwitchesHistory"];
  };
  "/domains/{domain}/switches/{switch}": {
    /**
     * Whether a switch of the domain is on
     * @description For administrators and help desks.
     */
    get: operations["getSwitch"];
    /**
     * Switch on or off; calls follow within 30 s
     * @description For administrators and help desks.
     */
    put: operations["putSwitch"];
  };
  "/peers": {
    /**
     * The peers of your domains, by name
     * @description For administrators.
     */
    get: operations["listPeers"];
  };
  "/peers/{name}": {
    /**
     * Read a peer
     * @description For administrators.
     */
    get: operations["getPeer"];
    /**
     * Create or replace a peer
     * @description For administrators.
     */
    put: operations["putPeer"];
    /**
     * Remove a peer
     * @description For administrators.
     */
    delete: operations["deletePeer"];
    /**
     * Change parts of a peer by a JSON Merge Patch (RFC 7396)
     * @description For administrators.
     */
    patch: operations["patchPeer"];
  };
  "/peers/{name}/history": {
    /**
     * Who changed a peer or its keys, when, from where; newest first
     * @description For administrators.
     */
    get: operations["getPeerHistory"];
  };
  "/peers/{name}/revert": {
    /**
     * Put the settings of a peer back as they were at a version; its keys stay as they are
     * @description For administrators.
     */
    post: operations["revertPeer"];
  };
  "/peers/{name}/keys": {
    /**
     * The ids of a peer’s keys
     * @description For administrators.
     */
    get: operations["listPeerKeys"];
    /**
     * Generate a key: this answer is the only one that shows it
     * @description For administrators.
     */
    post: operations["addPeerKey"];
  };
  "/peers/{name}/keys/{id}": {
    /**
     * Revoke a key; it counts for up to 30 s more
     * @description For administrators.
     */
    delete: operations["deletePeerKey"];
  };
}

export type webhooks = Record<string, never>;

export interface components {
  schemas: {
    /** @description A domain’s rules document without its subscribers. */
    Policy: {
      /** @description The SIP domain that these rules are for. */
      domain?: string;
      /**
       * @description Time zone of the IANA database, e.g. Europe/Berlin.
       * @default UTC
       */
      timezone?: string;
      /** @description ISO 3166 code of the country: how numbers are dialled, and which are emergency and premium numbers. 112 and 911 are always emergency numbers. */
      country?: string;
      /**
       * @description Seconds of ringing for no-answer rules without after.
       * @default 20
       */
      ringSeconds?: number;
      /** @description The number that carriers see of users who have none of their own, where a peer shows the diverting user (callerId). */
      mainNumber?: string;
      /**
       * @description How many times a call may have been diverted before it is not diverted any more.
       * @default 5
       */
      maxDiversions?: number;
      /** @description Where calls may be sent. Default: to the domain itself only. */
      targets?: {
        /** @description '@example.com' (users of a host), '+49' (numbers that begin so), 'ext:1xxx' (short numbers, x is any digit), or a SIP address. Premium-rate numbers need an entry inside their range. Default: the domain itself. */
        allow?: string[];
        /** @description The same, and beats allow. */
        deny?: string[];
      };
      /** @description Callers by name: numbers, prefixes (+49*), SIP addresses, @domains, subscribers. */
      groups?: {
        [key: string]: string[];
      };
      /** @description Days by name, e.g. holidays: dates, ranges, days of every year, the names of .ics files beside this document, or a calendar that others keep, by its address. */
      calendars?: {
        [key: string]: (string | string[]) | {
          /** @description Where the calendar is got: an iCalendar file (.ics), by HTTPS on its own port, of at most 2 MB. It is fetched when this document is applied and every day from then on. */
          url: string;
        };
      };
      /** @description Days and hours by name, e.g. office. */
      schedules?: {
        [key: string]: ({
          /** @description Days of the week: mon, mon-fri, or a list. Default: all. */
          days?: string | string[];
          /** @description Hours, the first included, the second excluded; a window over midnight ('22:00-06:00') belongs to the day it starts on. Default: the whole day. */
          hours?: string | string[];
          /** @description Only on the days of these calendars. */
          on?: string | string[];
          /** @description Never on the days of these calendars. */
          except?: string | string[];
        }) | (({
            /** @description Days of the week: mon, mon-fri, or a list. Default: all. */
            days?: string | string[];
            /** @description Hours, the first included, the second excluded; a window over midnight ('22:00-06:00') belongs to the day it starts on. Default: the whole day. */
            hours?: string | string[];
            /** @description Only on the days of these calendars. */
            on?: string | string[];
            /** @description Never on the days of these calendars. */
            except?: string | string[];
          })[]);
      };
      /** @description Rules by name that subscribers take over with 'use'. */
      templates?: {
        [key: string]: {
          /** @description Tried from top to bottom. */
          rules: components["schemas"]["rule"][];
        };
      };
      /** @description Switches of the domain by name, off at first, for the condition switch. Operators and help desks may always turn them. */
      switches?: {
        [key: string]: {
          /** @description Dialled to turn it on. */
          on?: string;
          /** @description Dialled to turn it off. */
          off?: string;
          /** @description Subscribers who may dial these codes. Default: nobody. */
          by?: string[];
        };
      };
      /** @description The operator's rules, tried before any subscriber's. */
      first?: components["schemas"]["rule"][];
      /** @description The operator's rules, tried after all of the subscriber's. */
      finally?: components["schemas"]["rule"][];
      /** @description Feature codes. */
      features?: {
        /** @description What subscribers dial to change their own forwarding: nanp (*72, *73, …), 3gpp (*21*NUMBER#, #21#, *#21#, …) or both, the default; or codes of your own, beside those of nanp. */
        codes?: ("nanp" | "3gpp" | "both") | {
          /**
           * @description Followed by a number: forward always.
           * @default *72
           */
          "always-on"?: string;
          /**
           * @description Forward always no more.
           * @default *73
           */
          "always-off"?: string;
          /**
           * @description Followed by a number: forward when busy.
           * @default *90
           */
          "busy-on"?: string;
          /**
           * @description Forward when busy no more.
           * @default *91
           */
          "busy-off"?: string;
          /**
           * @description Followed by a number: forward on no answer.
           * @default *52
           */
          "no-answer-on"?: string;
          /**
           * @description Forward on no answer no more.
           * @default *53
           */
          "no-answer-off"?: string;
          /** @description Followed by a number: forward when the phone is unreachable. */
          "unreachable-on"?: string;
          /** @description Forward when unreachable no more. */
          "unreachable-off"?: string;
          /**
           * @description Do not disturb.
           * @default *78
           */
          "dnd-on"?: string;
          /**
           * @description Do not disturb no more.
           * @default *79
           */
          "dnd-off"?: string;
        };
        /** @description SIP address that confirms an accepted code. Default: the call is rejected with a Warning text that phones display. */
        announcement?: string;
      };
    };
    Subscriber: components["schemas"]["subscriber"];
    SubscriberPage: {
      items: {
          /** @description Their name. */
          user: string;
          /** @description Grows by one with every change; its ETag is "version". */
          version: number;
          subscriber: components["schemas"]["Subscriber"];
          /** @description With forwarded=true: how they are forwarded now. */
          forwarded?: {
            targets: string[];
            /** @description That sends them there. */
            rule?: string;
            phone: string[];
          };
        }[];
      /** @description The cursor of the next page. */
      next?: string;
    };
    SubscriberSnapshot: {
      subscriber: components["schemas"]["Subscriber"];
      phone: components["schemas"]["PhoneSettings"];
    };
    /** @description What the subscriber set from their phone or for it, which stands before their rules. Absent: not set. */
    PhoneSettings: {
      always?: components["schemas"]["phoneSetting"];
      busy?: components["schemas"]["phoneSetting"];
      "no-answer"?: components["schemas"]["phoneSetting"];
      unreachable?: components["schemas"]["phoneSetting"];
      /** @description Do not disturb: calls are answered as if the phone were busy. */
      dnd?: {
        /** @description false: off, and the rest is kept. Default: true. */
        active?: boolean;
        /** @description When it ends by itself: local time of the subscriber. */
        until?: string;
      };
    };
    /** @description An SBC or edge proxy that asks. */
    Peer: {
      /** @description What the peer is called in logs and commands. */
      name?: string;
      /** @description The SIP domains that it may ask for. The first is its default: for tel: numbers, and for hosts that are its own. */
      domains: string[];
      /** @description Its own host names and addresses; they stand for its default domain. */
      hosts?: string[];
      /** @description Source addresses, or CIDR blocks, whose callers are external whatever they say they are. */
      trunks?: string[];
      /**
       * @description Whether its P-Asserted-Identity is believed.
       * @default true
       */
      trustIdentity?: boolean;
      /**
       * @description Whether the names in Diversion and History-Info are believed, or from which addresses. Those that are not drop no target; how many they are counts all the same.
       * @default true
       */
      trustDiversion?: boolean | string[];
      /** @description Source addresses, or CIDR blocks, within trunks, from which an emergency centre calls back: "Priority: psap-callback" counts from there alone. Default: none. */
      psapCallbacks?: string[];
      /** @description How numbers are dialled at this peer. Default: as in the domain's country. */
      numbers?: ({
        /** @description ISO 3166 code of a country: numbers are dialled as there. */
        country: string;
        /**
         * @description What digits are that have no prefix and no '+', where a peer sends all numbers one way. Default: what the country's numbers say.
         * @enum {unknown}
         */
        bare?: "national" | "international";
      }) | {
        /** @description Country calling code without '+', in quotes. */
        countryCode: string;
        /** @description Prefixes that begin an international number. Default: "00". */
        international?: string[];
        /** @description Prefix that begins a national number, if there is one: "0" in Germany. */
        national?: string;
        /** @description How many digits national numbers have, without prefix. */
        lengths: number[];
        /** @description National numbers are dialled without any prefix. Default: false. */
        bareNational?: boolean;
      };
      /**
       * @description Which headers tell the next hop of the diversion.
       * @default both
       * @enum {unknown}
       */
      headers?: "both" | "diversion" | "history-info" | "none";
      /**
       * @description How the diverting user is named there: as dialled, by their SIP address, or by their E.164 number.
       * @default dialled
       * @enum {unknown}
       */
      divertedAs?: "dialled" | "aor" | "number";
      /**
       * @description How a subscriber with "privacy: full" is named there: not at all, or, inside a trust domain, by name and marked as private.
       * @default anonymous
       * @enum {unknown}
       */
      hidden?: "anonymous" | "marked";
      /**
       * @description Count diversions in a signed URI parameter (dv) too, for phones that drop the headers.
       * @default true
       */
      loopToken?: boolean;
      /** @description Callers whose side does not follow a 302. If it says canFollow, the edge is told to call the targets itself. Default: nobody's. */
      follow?: {
        /** @description Calls from its trunks. */
        trunks?: boolean;
        /** @description How the caller is connected, one of them. */
        transports?: ("udp" | "tcp" | "tls" | "ws" | "wss")[];
        /** @description What the caller's User-Agent has in it, in any case. */
        userAgents?: string[];
      };
      /**
       * @description Who is shown to numbers outside on calls that it diverts itself: the caller, or the number of the diverting user, in P-Asserted-Identity or in From too. For carriers that refuse other people's numbers.
       * @default original
       * @enum {unknown}
       */
      callerId?: "original" | "diverting" | "diverting-from";
      /** @description Signs diversions of calls that came signed (PASSporT "div", RFC 8946). Default: not. */
      stir?: {
        /** @description Where the certificate is that is for the numbers of its domains. */
        x5u: string;
        /** @description The name of the private key on P-256: the parameter stir/NAME of the stage. */
        key: string;
      };
      /**
       * @description Whether its keys may ask /v1/explain.
       * @default false
       */
      explain?: boolean;
      /** @description For drachtio: where calls go on 'continue', host:port;transport=tcp. */
      defaultRoute?: string;
    };
    PeerPage: {
      items: {
          /** @description Its name. */
          name: string;
          /** @description Grows by one with every change; its ETag is "version". */
          version: number;
          peer: components["schemas"]["Peer"];
        }[];
      /** @description The cursor of the next page. */
      next?: string;
    };
    PeerKey: {
      /** @description Names the key; tells nothing of it. */
      id: string;
      /** @description RFC 3339. */
      created: string;
      /** @description The key. It is not shown again. */
      key: string;
    };
    PeerKeys: {
      items: {
          /** @description Names the key; tells nothing of it. */
          id: string;
          /** @description RFC 3339. */
          created: string;
        }[];
    };
    History: {
      items: ({
          /** @description Grows by one with every change; its ETag is "version". */
          version: number;
          /** @description RFC 3339. */
          at: string;
          /** @description The subject of a token, an IAM ARN, or whoever applied a document. */
          who: string;
          /** @description From where: api, feature or a host; `api forced` where it was. */
          from: string;
          /** @enum {unknown} */
          action: "put" | "delete";
          /** @description What was there before, as far as a document or the phone says it. */
          before?: {
            /** @description Grows by one with every change; its ETag is "version". */
            version: number;
          };
        })[];
      /** @description The cursor of the next page. */
      next?: string;
    };
    Revert: {
      /** @description Grows by one with every change; its ETag is "version". */
      version: number;
    };
    /** @description A call as an edge asks about it. */
    ExplainRequest: {
      /** @description SIP Call-ID. */
      callId: string;
      /** @description As the caller sent it. */
      requestUri: string;
      /** @description Header value. */
      from: string;
      /** @description Header value. */
      to: string;
      /** @description Where the INVITE came from. */
      sourceAddress?: string;
      /** @description Other headers: value or list of values. */
      headers?: Record<string, never>;
      /** @description How the called phone’s leg ended. */
      outcome?: Record<string, never>;
      /** @description The name of the peer that asks; default: the one that serves the domain. */
      peer?: string;
      /** @description RFC 3339: when. Default: now. */
      at?: string;
      /** @description Go on as the caller would. */
      follow?: boolean;
      found?: components["schemas"]["Found"];
    };
    Explanation: {
      /** @description What an edge would be answered. */
      decision: Record<string, never>;
      considered: ({
          /** @description Its name. */
          rule: string;
          /** @enum {unknown} */
          layer: "first" | "phone" | "subscriber" | "template" | "finally";
          held: boolean;
          conditions: ({
              /** @description Its key. */
              condition: string;
              value: unknown;
              held: boolean;
              because?: string[];
              /** @description Of a schedule that does not hold: for each of its windows, what keeps it from holding. */
              missed?: (({
                    /** @enum {unknown} */
                    part: "days" | "hours" | "on" | "except";
                    /** @description As the document has it: mon-fri, 08:00-18:00, holidays. */
                    value: string;
                  })[])[];
            })[];
        })[];
      dropped: ({
          /** @description A place. */
          target: string;
          /** @enum {unknown} */
          why: "emergency" | "denied" | "not-allowed" | "premium" | "invalid-number" | "invalid-name" | "called-user" | "caller" | "loop" | "max-diversions" | "duplicate" | "no-user";
        })[];
      called?: {
        /** @description The name or number that was dialled. */
        dialled: string;
        /** @description The subscriber who has it. Absent: nobody has. */
        user?: string;
        /** @description Where nobody has it: the name that is most like it. */
        nearest?: string;
      };
      /** @description When the call was, on the called user's wall clock: RFC 3339. */
      at?: string;
      /** @description The zone of that clock. */
      timezone?: string;
      /** @description Which version of the rules decided. */
      rules?: {
        policy?: {
          version: number;
          /** @description When it was made, on the called user's wall clock: RFC 3339. */
          since?: string;
          /** @description Who made it. */
          who?: string;
          /** @description From where: cli, an address. */
          from?: string;
        };
        subscriber?: {
          version: number;
          /** @description When it was made, on the called user's wall clock: RFC 3339. */
          since?: string;
          /** @description Who made it. */
          who?: string;
          /** @description From where: cli, an address. */
          from?: string;
        };
      };
      /** @description Of an outcome: what decides when the INVITE comes, so that the phone would not ring at all. */
      before?: {
        /** @enum {unknown} */
        action: "redirect" | "reject";
        status: number;
        /** @description That decides. */
        rule?: string;
        /** @enum {unknown} */
        layer?: "first" | "phone" | "subscriber" | "template" | "finally";
      };
      /** @description With follow: every hop. */
      journey?: Record<string, never>[];
      /** @description With follow: where the call ends. */
      ends?: Record<string, never>;
      /**
       * @description Of a found call: a fact mattered that is masked or was not logged.
       * @constant
       */
      approximate?: true;
    };
    Found: {
      /** @description Of the called subscriber. */
      rulesVersion?: number;
      /** @description Of their domain’s policy. */
      policyVersion?: number;
      /** @enum {unknown} */
      action: "redirect" | "continue" | "reject";
      status?: number;
      /** @description That decided. */
      rule?: string;
      unknown: ("caller" | "called" | "headers")[];
    };
    FoundCall: {
      /** @description When it was decided, RFC 3339. */
      at: string;
      /** @description The same for a retransmission. */
      decisionId: string;
      /** @description SIP Call-ID. */
      callId?: string;
      /** @description The name of the peer that asked. */
      peer?: string;
      /** @description An identity, or `anonymous`. Numbers here and below may be masked. */
      caller?: string;
      /** @description The called user; what was dialled where that is nobody’s. */
      called?: string;
      /** @description By which of their names. */
      dialled?: string;
      /** @description SIP status with which their leg ended. */
      outcome?: number;
      /** @enum {unknown} */
      action: "redirect" | "continue" | "reject";
      /** @description Of a redirect or a rejection. */
      status?: number;
      targets?: string[];
      dropped?: {
          /** @description Where it did not go. */
          target: string;
          /** @description A reason’s name. */
          why: string;
        }[];
      /** @description That decided. */
      rule?: string;
      /** @enum {unknown} */
      layer?: "first" | "phone" | "subscriber" | "template" | "finally";
      /** @enum {unknown} */
      trigger?: "always" | "busy" | "no-answer" | "unreachable" | "deflected" | "declined";
      /**
       * @description By which rules.
       * @enum {unknown}
       */
      rules?: "read" | "last-known" | "none";
      /** @description Of the called subscriber. */
      rulesVersion?: number;
      /** @description Of their domain’s policy. */
      policyVersion?: number;
      /** @description The rules could not be read in time. */
      degraded?: boolean;
      /** @description To be sent to …/explain as it is: why the call went where it went. */
      explain: components["schemas"]["ExplainRequest"];
    };
    FoundCalls: {
      items: components["schemas"]["FoundCall"][];
      /** @description Whether all was looked through; false: go on with `next`, if there is one. */
      complete: boolean;
      searched: {
        /** @description RFC 3339; included. */
        from: string;
        /** @description Excluded. */
        to: string;
      };
      /** @description The cursor that goes on with this search; for whoever began it. */
      next?: string;
    };
    Forecast: {
      /** @description The subscriber’s, IANA: of their schedules and of `until`. */
      timezone: string;
      items: ({
          /** @enum {unknown} */
          trigger: "always" | "busy" | "no-answer" | "unreachable" | "deflected" | "declined";
          /** @description RFC 3339; included. */
          from: string;
          /** @description RFC 3339; excluded. */
          to: string;
          /** @enum {unknown} */
          action: "redirect" | "continue" | "reject";
          /** @description Of a rejection. */
          status?: number;
          /** @description That decides. */
          rule?: string;
          /** @enum {unknown} */
          layer?: "first" | "phone" | "subscriber" | "template" | "finally";
          targets: string[];
        })[];
    };
    Me: {
      /** @description The subject of your token, or your ARN. */
      who: string;
      /** @enum {unknown} */
      role: "admin" | "helpdesk" | "subscriber";
      /** @description Yours; "*" is all. */
      domains?: string[];
      /** @description A subscriber’s address. */
      aor?: string;
    };
    DomainPage: {
      items: {
          /** @description Its name. */
          domain: string;
          /** @description Grows by one with every change; its ETag is "version". */
          version: number;
          /** @description Of its last change, RFC 3339. */
          at: string;
          /** @description IANA. */
          timezone: string;
          /** @description ISO 3166. */
          country?: string;
        }[];
      /** @description The cursor of the next page. */
      next?: string;
    };
    Switch: {
      on: boolean;
    };
    Switches: {
      items: {
          /** @description Its name. */
          name: string;
          on: boolean;
        }[];
    };
    Problem: {
      /** @constant */
      type: "about:blank";
      /** @enum {unknown} */
      title: "Bad Request" | "Unauthorized" | "Forbidden" | "Not Found" | "Method Not Allowed" | "Conflict" | "Precondition Failed" | "Content Too Large" | "Unsupported Media Type" | "Unprocessable Content" | "Precondition Required" | "Too Many Requests" | "Internal Server Error" | "Service Unavailable";
      /** @enum {unknown} */
      status: 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 422 | 428 | 429 | 500 | 503;
      /** @description What is wrong, and what to do. */
      detail: string;
      errors?: {
          /** @description JSON Pointer (RFC 6901) of what is wrong. */
          pointer: string;
          /** @description What is wrong there. */
          detail: string;
        }[];
    };
    /** @description Where calls go. A text alone: there, from now on. */
    phoneSetting: string | {
      /** @description A user of the domain, a number or a SIP address. */
      to: string;
      /** @description false: off, and the rest is kept. Default: true. */
      active?: boolean;
      /** @description When it ends by itself: local time of the subscriber. */
      until?: string;
      /** @description For no-answer: seconds of ringing. Default: the domain's ringSeconds. */
      after?: number;
    };
    /** @description Where the call goes. */
    target: string | {
      /** @description A subscriber of the domain, a number (+49301234567), a SIP address (sip:mum@example.net, or sip:{user}@dr.example with the called user's name), or, in rules with always alone, self: the called user's own phones beside other targets. */
      to: string;
      /** @description Preference from 0 to 1 with at most three decimals; the highest goes first, equal ones at once where the edge calls them itself. Default: falls by position. */
      q?: number;
      /** @description Tell the target (a voicemail server) whose mailbox is meant: adds the called user as the target parameter of RFC 4458. */
      mailbox?: boolean;
      /** @description For how many seconds it rings, where the edge calls it itself, before the next target is called. */
      ring?: number;
    };
    /** @description The first rule whose trigger and conditions hold decides. */
    rule: {
      /** @description Shown in answers, logs and explain. Default: rule-1, rule-2, … */
      name?: string;
      /** @description always: at once, before the phone rings. busy, no-answer, unreachable, declined: how the phone's leg ended. deflected: the phone itself sent the call elsewhere. any: all of these. One, or a list. */
      when: ("always" | "busy" | "no-answer" | "unreachable" | "deflected" | "declined" | "any") | (("always" | "busy" | "no-answer" | "unreachable" | "deflected" | "declined" | "any")[]);
      /** @description false: the rule never holds. Default: true. */
      enabled?: boolean;
      /** @description For no-answer: seconds of ringing before the call is diverted. Default: the domain's ringSeconds. */
      after?: number;
      /** @description Who calls: a group, subscriber, number (+4930123), pattern (+49*, +43[1-3]*, ext:1xxx), SIP address, '@domain', internal, external, anonymous, verified or unverified (the network's word on a signed number). One of these must match, and none that is written with 'not ' before it. */
      callers?: string | string[];
      /** @description What the caller dialled: one of the called user's names or numbers, or a pattern (+4930123456*, +43[1-3]*, ext:1xxx). In first and finally also unassigned: what no subscriber has. */
      called?: string | string[];
      /** @description The name of a schedule, or 'not ' and its name. Of a list, all must hold. */
      schedule?: string | string[];
      /** @description The name of a switch that must be on, or 'not ' and its name. Of a list, all. */
      switch?: string | string[];
      /** @description true: only calls that were diverted before they came here. false: only those that were not. */
      diverted?: boolean;
      /** @description The name of the peer (the SBC or edge) that the call comes by; one of a list. */
      via?: string | string[];
      /** @description From when on the rule holds, in the subscriber's time zone. */
      from?: string;
      /** @description Until when the rule holds, that instant excluded, in the subscriber's time zone. */
      until?: string;
      /** @description Divert the call: one target, or a list of at most 10, best first. */
      forward?: components["schemas"]["target"] | components["schemas"]["target"][];
      /** @description End the call with this SIP status, e.g. 486 (busy), 480 (unavailable), 603 (declined). */
      reject?: number;
      /**
       * @description Let the call go on as if there were no rules: an exception to those below.
       * @constant
       */
      continue?: true;
    };
    /** @description A user of the domain. {} for one without rules. */
    subscriber: {
      /** @description Their other names and numbers in this domain, e.g. '+49301234567', '1002'. */
      aliases?: string[];
      /** @description Time zone of the IANA database, e.g. Europe/Berlin. */
      timezone?: string;
      /**
       * @description full: they are not named in Diversion and History-Info. Default: off.
       * @enum {unknown}
       */
      privacy?: "off" | "full";
      /**
       * @description subscriber: their rules are changed through the API, and applying a document leaves them alone. Default: code.
       * @enum {unknown}
       */
      managedBy?: "code" | "subscriber";
      /** @description Their rules, tried from top to bottom. */
      rules?: components["schemas"]["rule"][];
      /** @description The name of a template, whose rules are tried after their own. */
      use?: string;
    };
  };
  responses: {
    /** @description Bad Request */
    400: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unauthorized */
    401: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Forbidden */
    403: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found */
    404: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Method Not Allowed */
    405: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict */
    409: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Precondition Failed */
    412: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Content Too Large */
    413: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unsupported Media Type */
    415: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Content */
    422: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Precondition Required */
    428: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Too Many Requests */
    429: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Internal Server Error */
    500: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Service Unavailable */
    503: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
  };
  parameters: {
    /**
     * @description A SIP domain, in lower case.
     * @example example.com
     */
    domain: string;
    /**
     * @description A subscriber’s name, not an alias.
     * @example bob
     */
    user: string;
    /**
     * @description A peer’s name.
     * @example edge
     */
    name: string;
    /**
     * @description The name of a switch.
     * @example night
     */
    switch: string;
    /**
     * @description The id of a peer’s key.
     * @example 0123456789abcdef
     */
    id: string;
    /** @description Change what belongs to the rules kept as code; the next plan shows it as drift. */
    force?: boolean;
    /** @description Most items of a page; one may have fewer, and more follow while there is `next`. */
    limit?: number;
    /** @description The `next` of the page before. */
    cursor?: string;
    /** @description RFC 3339, included. */
    from?: string;
    /** @description RFC 3339, excluded. */
    to?: string;
    /** @description Part of a name or a number; whose whole name or number it is comes first. */
    search?: string;
    /** @description true: only whose calls are forwarded now without anybody’s ringing, or who has a setting by phone that is on. */
    forwarded?: boolean;
    /** @description Only calls to this subscriber, by any of their names, or to what is nobody’s. */
    called?: string;
    /** @description Only calls of this caller: a number, a name or an address; `anonymous`. */
    caller?: string;
    /** @description Only of this SIP Call-ID. */
    callId?: string;
    /** @description The ETag that the change was decided on. Required to change what is there (428). */
    "If-Match"?: string;
    /** @description GET: 304 if it still has this ETag. PUT: `*` to create, and never to replace. */
    "If-None-Match"?: string;
  };
  requestBodies: never;
  headers: never;
  pathItems: never;
}

export type $defs = Record<string, never>;

export type external = Record<string, never>;

export interface operations {

  /**
   * Who you are, your role, and whose settings you may reach
   * @description For administrators and help desks, and a subscriber for themselves.
   */
  getMe: {
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["Me"];
        };
      };
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Your domains, by name
   * @description For administrators and help desks.
   */
  listDomains: {
    parameters: {
      query?: {
        limit?: components["parameters"]["limit"];
        cursor?: components["parameters"]["cursor"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["DomainPage"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Read a policy
   * @description For administrators and help desks.
   */
  getPolicy: {
    parameters: {
      header?: {
        "If-None-Match"?: components["parameters"]["If-None-Match"];
      };
      path: {
        domain: components["parameters"]["domain"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Policy"];
        };
      };
      /** @description Not changed. */
      304: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: never;
      };
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Create or replace a policy
   * @description For administrators.
   */
  putPolicy: {
    parameters: {
      query?: {
        force?: components["parameters"]["force"];
      };
      header?: {
        "If-Match"?: components["parameters"]["If-Match"];
        "If-None-Match"?: components["parameters"]["If-None-Match"];
      };
      path: {
        domain: components["parameters"]["domain"];
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Policy"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Policy"];
        };
      };
      /** @description Created. */
      201: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Policy"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      413: components["responses"]["413"];
      415: components["responses"]["415"];
      422: components["responses"]["422"];
      428: components["responses"]["428"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Remove a policy
   * @description For administrators.
   */
  deletePolicy: {
    parameters: {
      query?: {
        force?: components["parameters"]["force"];
      };
      header?: {
        "If-Match"?: components["parameters"]["If-Match"];
      };
      path: {
        domain: components["parameters"]["domain"];
      };
    };
    responses: {
      /** @description Removed. */
      204: {
        content: never;
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      428: components["responses"]["428"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Change parts of a policy by a JSON Merge Patch (RFC 7396)
   * @description For administrators.
   */
  patchPolicy: {
    parameters: {
      query?: {
        force?: components["parameters"]["force"];
      };
      header?: {
        "If-Match"?: components["parameters"]["If-Match"];
      };
      path: {
        domain: components["parameters"]["domain"];
      };
    };
    requestBody: {
      content: {
        "application/merge-patch+json": Record<string, never>;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Policy"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      413: components["responses"]["413"];
      415: components["responses"]["415"];
      422: components["responses"]["422"];
      428: components["responses"]["428"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Who changed the policy, when, from where, and what was there before; newest first
   * @description For administrators and help desks.
   */
  getPolicyHistory: {
    parameters: {
      query?: {
        limit?: components["parameters"]["limit"];
        cursor?: components["parameters"]["cursor"];
      };
      path: {
        domain: components["parameters"]["domain"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["History"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Put the policy back as it was at a version
   * @description For administrators.
   */
  revertPolicy: {
    parameters: {
      query?: {
        force?: components["parameters"]["force"];
      };
      header?: {
        "If-Match"?: components["parameters"]["If-Match"];
      };
      path: {
        domain: components["parameters"]["domain"];
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Revert"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Policy"];
        };
      };
      /** @description Created. */
      201: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Policy"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      413: components["responses"]["413"];
      415: components["responses"]["415"];
      422: components["responses"]["422"];
      428: components["responses"]["428"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * The subscribers of a domain, by name; or those who match, in pages that may be empty
   * @description For administrators and help desks.
   */
  listSubscribers: {
    parameters: {
      query?: {
        search?: components["parameters"]["search"];
        forwarded?: components["parameters"]["forwarded"];
        limit?: components["parameters"]["limit"];
        cursor?: components["parameters"]["cursor"];
      };
      path: {
        domain: components["parameters"]["domain"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["SubscriberPage"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Read a subscriber
   * @description For administrators and help desks, and a subscriber for themselves.
   */
  getSubscriber: {
    parameters: {
      header?: {
        "If-None-Match"?: components["parameters"]["If-None-Match"];
      };
      path: {
        domain: components["parameters"]["domain"];
        user: components["parameters"]["user"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Subscriber"];
        };
      };
      /** @description Not changed. */
      304: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: never;
      };
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Create or replace a subscriber
   * @description For administrators, and a subscriber for themselves.
   */
  putSubscriber: {
    parameters: {
      query?: {
        force?: components["parameters"]["force"];
      };
      header?: {
        "If-Match"?: components["parameters"]["If-Match"];
        "If-None-Match"?: components["parameters"]["If-None-Match"];
      };
      path: {
        domain: components["parameters"]["domain"];
        user: components["parameters"]["user"];
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Subscriber"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Subscriber"];
        };
      };
      /** @description Created. */
      201: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Subscriber"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      413: components["responses"]["413"];
      415: components["responses"]["415"];
      422: components["responses"]["422"];
      428: components["responses"]["428"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Remove a subscriber
   * @description For administrators.
   */
  deleteSubscriber: {
    parameters: {
      query?: {
        force?: components["parameters"]["force"];
      };
      header?: {
        "If-Match"?: components["parameters"]["If-Match"];
      };
      path: {
        domain: components["parameters"]["domain"];
        user: components["parameters"]["user"];
      };
    };
    responses: {
      /** @description Removed. */
      204: {
        content: never;
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      428: components["responses"]["428"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Change parts of a subscriber by a JSON Merge Patch (RFC 7396)
   * @description For administrators, and a subscriber for themselves.
   */
  patchSubscriber: {
    parameters: {
      query?: {
        force?: components["parameters"]["force"];
      };
      header?: {
        "If-Match"?: components["parameters"]["If-Match"];
      };
      path: {
        domain: components["parameters"]["domain"];
        user: components["parameters"]["user"];
      };
    };
    requestBody: {
      content: {
        "application/merge-patch+json": Record<string, never>;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Subscriber"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      413: components["responses"]["413"];
      415: components["responses"]["415"];
      422: components["responses"]["422"];
      428: components["responses"]["428"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Who changed a subscriber, when, from where, and what was there before; newest first
   * @description For administrators and help desks.
   */
  getSubscriberHistory: {
    parameters: {
      query?: {
        limit?: components["parameters"]["limit"];
        cursor?: components["parameters"]["cursor"];
      };
      path: {
        domain: components["parameters"]["domain"];
        user: components["parameters"]["user"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["History"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Put a subscriber, their phone settings included, back as they were at a version
   * @description For administrators.
   */
  revertSubscriber: {
    parameters: {
      query?: {
        force?: components["parameters"]["force"];
      };
      header?: {
        "If-Match"?: components["parameters"]["If-Match"];
      };
      path: {
        domain: components["parameters"]["domain"];
        user: components["parameters"]["user"];
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Revert"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["SubscriberSnapshot"];
        };
      };
      /** @description Created. */
      201: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["SubscriberSnapshot"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      413: components["responses"]["413"];
      415: components["responses"]["415"];
      422: components["responses"]["422"];
      428: components["responses"]["428"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Read a phonesettings
   * @description For administrators and help desks, and a subscriber for themselves.
   */
  getPhoneSettings: {
    parameters: {
      header?: {
        "If-None-Match"?: components["parameters"]["If-None-Match"];
      };
      path: {
        domain: components["parameters"]["domain"];
        user: components["parameters"]["user"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["PhoneSettings"];
        };
      };
      /** @description Not changed. */
      304: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: never;
      };
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Create or replace a phonesettings
   * @description For administrators and help desks, and a subscriber for themselves.
   */
  putPhoneSettings: {
    parameters: {
      header?: {
        "If-Match"?: components["parameters"]["If-Match"];
        "If-None-Match"?: components["parameters"]["If-None-Match"];
      };
      path: {
        domain: components["parameters"]["domain"];
        user: components["parameters"]["user"];
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["PhoneSettings"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["PhoneSettings"];
        };
      };
      /** @description Created. */
      201: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["PhoneSettings"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      413: components["responses"]["413"];
      415: components["responses"]["415"];
      422: components["responses"]["422"];
      428: components["responses"]["428"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Remove a phonesettings
   * @description For administrators and help desks, and a subscriber for themselves.
   */
  deletePhoneSettings: {
    parameters: {
      header?: {
        "If-Match"?: components["parameters"]["If-Match"];
      };
      path: {
        domain: components["parameters"]["domain"];
        user: components["parameters"]["user"];
      };
    };
    responses: {
      /** @description Removed. */
      204: {
        content: never;
      };
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      428: components["responses"]["428"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Change parts of a phonesettings by a JSON Merge Patch (RFC 7396)
   * @description For administrators and help desks, and a subscriber for themselves.
   */
  patchPhoneSettings: {
    parameters: {
      header?: {
        "If-Match"?: components["parameters"]["If-Match"];
      };
      path: {
        domain: components["parameters"]["domain"];
        user: components["parameters"]["user"];
      };
    };
    requestBody: {
      content: {
        "application/merge-patch+json": Record<string, never>;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["PhoneSettings"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      413: components["responses"]["413"];
      415: components["responses"]["415"];
      422: components["responses"]["422"];
      428: components["responses"]["428"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * For each trigger, which rule decides when, for a caller of whom nothing is known; at most 14 days
   * @description For administrators and help desks, and a subscriber for themselves.
   */
  getForecast: {
    parameters: {
      query?: {
        from?: components["parameters"]["from"];
        to?: components["parameters"]["to"];
      };
      path: {
        domain: components["parameters"]["domain"];
        user: components["parameters"]["user"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["Forecast"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Explain a call: every rule looked at, and why it did or did not hold
   * @description For administrators and help desks, and a subscriber for themselves.
   */
  explain: {
    parameters: {
      path: {
        domain: components["parameters"]["domain"];
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ExplainRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["Explanation"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      413: components["responses"]["413"];
      415: components["responses"]["415"];
      422: components["responses"]["422"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Calls as they were decided, newest first: of the last hour, at most 24 hours at once
   * @description For administrators and help desks, and a subscriber for themselves.
   */
  listCalls: {
    parameters: {
      query?: {
        user?: components["parameters"]["called"];
        caller?: components["parameters"]["caller"];
        callId?: components["parameters"]["callId"];
        from?: components["parameters"]["from"];
        to?: components["parameters"]["to"];
        limit?: components["parameters"]["limit"];
        cursor?: components["parameters"]["cursor"];
      };
      path: {
        domain: components["parameters"]["domain"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["FoundCalls"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      429: components["responses"]["429"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * The switches of a domain
   * @description For administrators and help desks.
   */
  listSwitches: {
    parameters: {
      path: {
        domain: components["parameters"]["domain"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["Switches"];
        };
      };
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Who switched what, when, from where, and which were on before; newest first
   * @description For administrators and help desks.
   */
  getSwitchesHistory: {
    parameters: {
      query?: {
        limit?: components["parameters"]["limit"];
        cursor?: components["parameters"]["cursor"];
      };
      path: {
        domain: components["parameters"]["domain"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["History"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Whether a switch of the domain is on
   * @description For administrators and help desks.
   */
  getSwitch: {
    parameters: {
      path: {
        domain: components["parameters"]["domain"];
        switch: components["parameters"]["switch"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["Switch"];
        };
      };
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Switch on or off; calls follow within 30 s
   * @description For administrators and help desks.
   */
  putSwitch: {
    parameters: {
      path: {
        domain: components["parameters"]["domain"];
        switch: components["parameters"]["switch"];
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Switch"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["Switch"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      413: components["responses"]["413"];
      415: components["responses"]["415"];
      422: components["responses"]["422"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * The peers of your domains, by name
   * @description For administrators.
   */
  listPeers: {
    parameters: {
      query?: {
        limit?: components["parameters"]["limit"];
        cursor?: components["parameters"]["cursor"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["PeerPage"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Read a peer
   * @description For administrators.
   */
  getPeer: {
    parameters: {
      header?: {
        "If-None-Match"?: components["parameters"]["If-None-Match"];
      };
      path: {
        name: components["parameters"]["name"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Peer"];
        };
      };
      /** @description Not changed. */
      304: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: never;
      };
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Create or replace a peer
   * @description For administrators.
   */
  putPeer: {
    parameters: {
      query?: {
        force?: components["parameters"]["force"];
      };
      header?: {
        "If-Match"?: components["parameters"]["If-Match"];
        "If-None-Match"?: components["parameters"]["If-None-Match"];
      };
      path: {
        name: components["parameters"]["name"];
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Peer"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Peer"];
        };
      };
      /** @description Created. */
      201: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Peer"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      413: components["responses"]["413"];
      415: components["responses"]["415"];
      422: components["responses"]["422"];
      428: components["responses"]["428"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Remove a peer
   * @description For administrators.
   */
  deletePeer: {
    parameters: {
      query?: {
        force?: components["parameters"]["force"];
      };
      header?: {
        "If-Match"?: components["parameters"]["If-Match"];
      };
      path: {
        name: components["parameters"]["name"];
      };
    };
    responses: {
      /** @description Removed. */
      204: {
        content: never;
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      428: components["responses"]["428"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Change parts of a peer by a JSON Merge Patch (RFC 7396)
   * @description For administrators.
   */
  patchPeer: {
    parameters: {
      query?: {
        force?: components["parameters"]["force"];
      };
      header?: {
        "If-Match"?: components["parameters"]["If-Match"];
      };
      path: {
        name: components["parameters"]["name"];
      };
    };
    requestBody: {
      content: {
        "application/merge-patch+json": Record<string, never>;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Peer"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      413: components["responses"]["413"];
      415: components["responses"]["415"];
      422: components["responses"]["422"];
      428: components["responses"]["428"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Who changed a peer or its keys, when, from where; newest first
   * @description For administrators.
   */
  getPeerHistory: {
    parameters: {
      query?: {
        limit?: components["parameters"]["limit"];
        cursor?: components["parameters"]["cursor"];
      };
      path: {
        name: components["parameters"]["name"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["History"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Put the settings of a peer back as they were at a version; its keys stay as they are
   * @description For administrators.
   */
  revertPeer: {
    parameters: {
      query?: {
        force?: components["parameters"]["force"];
      };
      header?: {
        "If-Match"?: components["parameters"]["If-Match"];
      };
      path: {
        name: components["parameters"]["name"];
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Revert"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Peer"];
        };
      };
      /** @description Created. */
      201: {
        headers: {
          /** @description The version. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Peer"];
        };
      };
      400: components["responses"]["400"];
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      413: components["responses"]["413"];
      415: components["responses"]["415"];
      422: components["responses"]["422"];
      428: components["responses"]["428"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * The ids of a peer’s keys
   * @description For administrators.
   */
  listPeerKeys: {
    parameters: {
      path: {
        name: components["parameters"]["name"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["PeerKeys"];
        };
      };
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Generate a key: this answer is the only one that shows it
   * @description For administrators.
   */
  addPeerKey: {
    parameters: {
      path: {
        name: components["parameters"]["name"];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        content: {
          "application/json": components["schemas"]["PeerKey"];
        };
      };
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
  /**
   * Revoke a key; it counts for up to 30 s more
   * @description For administrators.
   */
  deletePeerKey: {
    parameters: {
      path: {
        name: components["parameters"]["name"];
        id: components["parameters"]["id"];
      };
    };
    responses: {
      /** @description Removed. */
      204: {
        content: never;
      };
      401: components["responses"]["401"];
      403: components["responses"]["403"];
      404: components["responses"]["404"];
      409: components["responses"]["409"];
      412: components["responses"]["412"];
      500: components["responses"]["500"];
      503: components["responses"]["503"];
    };
  };
}
