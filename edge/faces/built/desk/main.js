var ie=globalThis,ne=ie.ShadowRoot&&(ie.ShadyCSS===void 0||ie.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,Ee=Symbol(),at=new WeakMap,V=class{constructor(t,e,s){if(this._$cssResult$=!0,s!==Ee)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=t,this.t=e}get styleSheet(){let t=this.o,e=this.t;if(ne&&t===void 0){let s=e!==void 0&&e.length===1;s&&(t=at.get(e)),t===void 0&&((this.o=t=new CSSStyleSheet).replaceSync(this.cssText),s&&at.set(e,t))}return t}toString(){return this.cssText}},lt=r=>new V(typeof r=="string"?r:r+"",void 0,Ee),b=(r,...t)=>{let e=r.length===1?r[0]:t.reduce((s,i,n)=>s+(a=>{if(a._$cssResult$===!0)return a.cssText;if(typeof a=="number")return a;throw Error("Value passed to 'css' function must be a 'css' function result: "+a+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(i)+r[n+1],r[0]);return new V(e,r,Ee)},dt=(r,t)=>{if(ne)r.adoptedStyleSheets=t.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let e of t){let s=document.createElement("style"),i=ie.litNonce;i!==void 0&&s.setAttribute("nonce",i),s.textContent=e.cssText,r.appendChild(s)}},Te=ne?r=>r:r=>r instanceof CSSStyleSheet?(t=>{let e="";for(let s of t.cssRules)e+=s.cssText;return lt(e)})(r):r;var{is,defineProperty:ns,getOwnPropertyDescriptor:os,getOwnPropertyNames:as,getOwnPropertySymbols:ls,getPrototypeOf:ds}=Object,oe=globalThis,ct=oe.trustedTypes,cs=ct?ct.emptyScript:"",ps=oe.reactiveElementPolyfillSupport,F=(r,t)=>r,Re={toAttribute(r,t){switch(t){case Boolean:r=r?cs:null;break;case Object:case Array:r=r==null?r:JSON.stringify(r)}return r},fromAttribute(r,t){let e=r;switch(t){case Boolean:e=r!==null;break;case Number:e=r===null?null:Number(r);break;case Object:case Array:try{e=JSON.parse(r)}catch{e=null}}return e}},ht=(r,t)=>!is(r,t),pt={attribute:!0,type:String,converter:Re,reflect:!1,useDefault:!1,hasChanged:ht};Symbol.metadata??=Symbol("metadata"),oe.litPropertyMetadata??=new WeakMap;var P=class extends HTMLElement{static addInitializer(t){this._$Ei(),(this.l??=[]).push(t)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(t,e=pt){if(e.state&&(e.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(t)&&((e=Object.create(e)).wrapped=!0),this.elementProperties.set(t,e),!e.noAccessor){let s=Symbol(),i=this.getPropertyDescriptor(t,s,e);i!==void 0&&ns(this.prototype,t,i)}}static getPropertyDescriptor(t,e,s){let{get:i,set:n}=os(this.prototype,t)??{get(){return this[e]},set(a){this[e]=a}};return{get:i,set(a){let c=i?.call(this);n?.call(this,a),this.requestUpdate(t,c,s)},configurable:!0,enumerable:!0}}static getPropertyOptions(t){return this.elementProperties.get(t)??pt}static _$Ei(){if(this.hasOwnProperty(F("elementProperties")))return;let t=ds(this);t.finalize(),t.l!==void 0&&(this.l=[...t.l]),this.elementProperties=new Map(t.elementProperties)}static finalize(){if(this.hasOwnProperty(F("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(F("properties"))){let e=this.properties,s=[...as(e),...ls(e)];for(let i of s)this.createProperty(i,e[i])}let t=this[Symbol.metadata];if(t!==null){let e=litPropertyMetadata.get(t);if(e!==void 0)for(let[s,i]of e)this.elementProperties.set(s,i)}this._$Eh=new Map;for(let[e,s]of this.elementProperties){let i=this._$Eu(e,s);i!==void 0&&this._$Eh.set(i,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(t){let e=[];if(Array.isArray(t)){let s=new Set(t.flat(1/0).reverse());for(let i of s)e.unshift(Te(i))}else t!==void 0&&e.push(Te(t));return e}static _$Eu(t,e){let s=e.attribute;return s===!1?void 0:typeof s=="string"?s:typeof t=="string"?t.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(t=>this.enableUpdating=t),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(t=>t(this))}addController(t){(this._$EO??=new Set).add(t),this.renderRoot!==void 0&&this.isConnected&&t.hostConnected?.()}removeController(t){this._$EO?.delete(t)}_$E_(){let t=new Map,e=this.constructor.elementProperties;for(let s of e.keys())this.hasOwnProperty(s)&&(t.set(s,this[s]),delete this[s]);t.size>0&&(this._$Ep=t)}createRenderRoot(){let t=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return dt(t,this.constructor.elementStyles),t}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(t=>t.hostConnected?.())}enableUpdating(t){}disconnectedCallback(){this._$EO?.forEach(t=>t.hostDisconnected?.())}attributeChangedCallback(t,e,s){this._$AK(t,s)}_$ET(t,e){let s=this.constructor.elementProperties.get(t),i=this.constructor._$Eu(t,s);if(i!==void 0&&s.reflect===!0){let n=(s.converter?.toAttribute!==void 0?s.converter:Re).toAttribute(e,s.type);this._$Em=t,n==null?this.removeAttribute(i):this.setAttribute(i,n),this._$Em=null}}_$AK(t,e){let s=this.constructor,i=s._$Eh.get(t);if(i!==void 0&&this._$Em!==i){let n=s.getPropertyOptions(i),a=typeof n.converter=="function"?{fromAttribute:n.converter}:n.converter?.fromAttribute!==void 0?n.converter:Re;this._$Em=i;let c=a.fromAttribute(e,n.type);this[i]=c??this._$Ej?.get(i)??c,this._$Em=null}}requestUpdate(t,e,s,i=!1,n){if(t!==void 0){let a=this.constructor;if(i===!1&&(n=this[t]),s??=a.getPropertyOptions(t),!((s.hasChanged??ht)(n,e)||s.useDefault&&s.reflect&&n===this._$Ej?.get(t)&&!this.hasAttribute(a._$Eu(t,s))))return;this.C(t,e,s)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(t,e,{useDefault:s,reflect:i,wrapped:n},a){s&&!(this._$Ej??=new Map).has(t)&&(this._$Ej.set(t,a??e??this[t]),n!==!0||a!==void 0)||(this._$AL.has(t)||(this.hasUpdated||s||(e=void 0),this._$AL.set(t,e)),i===!0&&this._$Em!==t&&(this._$Eq??=new Set).add(t))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let t=this.scheduleUpdate();return t!=null&&await t,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[i,n]of this._$Ep)this[i]=n;this._$Ep=void 0}let s=this.constructor.elementProperties;if(s.size>0)for(let[i,n]of s){let{wrapped:a}=n,c=this[i];a!==!0||this._$AL.has(i)||c===void 0||this.C(i,void 0,n,c)}}let t=!1,e=this._$AL;try{t=this.shouldUpdate(e),t?(this.willUpdate(e),this._$EO?.forEach(s=>s.hostUpdate?.()),this.update(e)):this._$EM()}catch(s){throw t=!1,this._$EM(),s}t&&this._$AE(e)}willUpdate(t){}_$AE(t){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(t)),this.updated(t)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(t){return!0}update(t){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(t){}firstUpdated(t){}};P.elementStyles=[],P.shadowRootOptions={mode:"open"},P[F("elementProperties")]=new Map,P[F("finalized")]=new Map,ps?.({ReactiveElement:P}),(oe.reactiveElementVersions??=[]).push("2.1.2");var Pe=globalThis,ut=r=>r,ae=Pe.trustedTypes,mt=ae?ae.createPolicy("lit-html",{createHTML:r=>r}):void 0,Me="$lit$",M=`lit$${Math.random().toFixed(9).slice(2)}$`,qe="?"+M,hs=`<${qe}>`,H=document,Y=()=>H.createComment(""),X=r=>r===null||typeof r!="object"&&typeof r!="function",Le=Array.isArray,bt=r=>Le(r)||typeof r?.[Symbol.iterator]=="function",Ce=`[ 	
\f\r]`,G=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,ft=/-->/g,gt=/>/g,O=RegExp(`>|${Ce}(?:([^\\s"'>=/]+)(${Ce}*=${Ce}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),yt=/'/g,vt=/"/g,kt=/^(?:script|style|textarea|title)$/i,Ie=r=>(t,...e)=>({_$litType$:r,strings:t,values:e}),l=Ie(1),ur=Ie(2),mr=Ie(3),q=Symbol.for("lit-noChange"),S=Symbol.for("lit-nothing"),wt=new WeakMap,N=H.createTreeWalker(H,129);function $t(r,t){if(!Le(r)||!r.hasOwnProperty("raw"))throw Error("invalid template strings array");return mt!==void 0?mt.createHTML(t):t}var xt=(r,t)=>{let e=r.length-1,s=[],i,n=t===2?"<svg>":t===3?"<math>":"",a=G;for(let c=0;c<e;c++){let d=r[c],h,m,p=-1,g=0;for(;g<d.length&&(a.lastIndex=g,m=a.exec(d),m!==null);)g=a.lastIndex,a===G?m[1]==="!--"?a=ft:m[1]!==void 0?a=gt:m[2]!==void 0?(kt.test(m[2])&&(i=RegExp("</"+m[2],"g")),a=O):m[3]!==void 0&&(a=O):a===O?m[0]===">"?(a=i??G,p=-1):m[1]===void 0?p=-2:(p=a.lastIndex-m[2].length,h=m[1],a=m[3]===void 0?O:m[3]==='"'?vt:yt):a===vt||a===yt?a=O:a===ft||a===gt?a=G:(a=O,i=void 0);let y=a===O&&r[c+1].startsWith("/>")?" ":"";n+=a===G?d+hs:p>=0?(s.push(h),d.slice(0,p)+Me+d.slice(p)+M+y):d+M+(p===-2?c:y)}return[$t(r,n+(r[e]||"<?>")+(t===2?"</svg>":t===3?"</math>":"")),s]},J=class r{constructor({strings:t,_$litType$:e},s){let i;this.parts=[];let n=0,a=0,c=t.length-1,d=this.parts,[h,m]=xt(t,e);if(this.el=r.createElement(h,s),N.currentNode=this.el.content,e===2||e===3){let p=this.el.content.firstChild;p.replaceWith(...p.childNodes)}for(;(i=N.nextNode())!==null&&d.length<c;){if(i.nodeType===1){if(i.hasAttributes())for(let p of i.getAttributeNames())if(p.endsWith(Me)){let g=m[a++],y=i.getAttribute(p).split(M),x=/([.?@])?(.*)/.exec(g);d.push({type:1,index:n,name:x[2],strings:y,ctor:x[1]==="."?de:x[1]==="?"?ce:x[1]==="@"?pe:z}),i.removeAttribute(p)}else p.startsWith(M)&&(d.push({type:6,index:n}),i.removeAttribute(p));if(kt.test(i.tagName)){let p=i.textContent.split(M),g=p.length-1;if(g>0){i.textContent=ae?ae.emptyScript:"";for(let y=0;y<g;y++)i.append(p[y],Y()),N.nextNode(),d.push({type:2,index:++n});i.append(p[g],Y())}}}else if(i.nodeType===8)if(i.data===qe)d.push({type:2,index:n});else{let p=-1;for(;(p=i.data.indexOf(M,p+1))!==-1;)d.push({type:7,index:n}),p+=M.length-1}n++}}static createElement(t,e){let s=H.createElement("template");return s.innerHTML=t,s}};function U(r,t,e=r,s){if(t===q)return t;let i=s!==void 0?e._$Co?.[s]:e._$Cl,n=X(t)?void 0:t._$litDirective$;return i?.constructor!==n&&(i?._$AO?.(!1),n===void 0?i=void 0:(i=new n(r),i._$AT(r,e,s)),s!==void 0?(e._$Co??=[])[s]=i:e._$Cl=i),i!==void 0&&(t=U(r,i._$AS(r,t.values),i,s)),t}var le=class{constructor(t,e){this._$AV=[],this._$AN=void 0,this._$AD=t,this._$AM=e}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(t){let{el:{content:e},parts:s}=this._$AD,i=(t?.creationScope??H).importNode(e,!0);N.currentNode=i;let n=N.nextNode(),a=0,c=0,d=s[0];for(;d!==void 0;){if(a===d.index){let h;d.type===2?h=new K(n,n.nextSibling,this,t):d.type===1?h=new d.ctor(n,d.name,d.strings,this,t):d.type===6&&(h=new he(n,this,t)),this._$AV.push(h),d=s[++c]}a!==d?.index&&(n=N.nextNode(),a++)}return N.currentNode=H,i}p(t){let e=0;for(let s of this._$AV)s!==void 0&&(s.strings!==void 0?(s._$AI(t,s,e),e+=s.strings.length-2):s._$AI(t[e])),e++}},K=class r{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(t,e,s,i){this.type=2,this._$AH=S,this._$AN=void 0,this._$AA=t,this._$AB=e,this._$AM=s,this.options=i,this._$Cv=i?.isConnected??!0}get parentNode(){let t=this._$AA.parentNode,e=this._$AM;return e!==void 0&&t?.nodeType===11&&(t=e.parentNode),t}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(t,e=this){t=U(this,t,e),X(t)?t===S||t==null||t===""?(this._$AH!==S&&this._$AR(),this._$AH=S):t!==this._$AH&&t!==q&&this._(t):t._$litType$!==void 0?this.$(t):t.nodeType!==void 0?this.T(t):bt(t)?this.k(t):this._(t)}O(t){return this._$AA.parentNode.insertBefore(t,this._$AB)}T(t){this._$AH!==t&&(this._$AR(),this._$AH=this.O(t))}_(t){this._$AH!==S&&X(this._$AH)?this._$AA.nextSibling.data=t:this.T(H.createTextNode(t)),this._$AH=t}$(t){let{values:e,_$litType$:s}=t,i=typeof s=="number"?this._$AC(t):(s.el===void 0&&(s.el=J.createElement($t(s.h,s.h[0]),this.options)),s);if(this._$AH?._$AD===i)this._$AH.p(e);else{let n=new le(i,this),a=n.u(this.options);n.p(e),this.T(a),this._$AH=n}}_$AC(t){let e=wt.get(t.strings);return e===void 0&&wt.set(t.strings,e=new J(t)),e}k(t){Le(this._$AH)||(this._$AH=[],this._$AR());let e=this._$AH,s,i=0;for(let n of t)i===e.length?e.push(s=new r(this.O(Y()),this.O(Y()),this,this.options)):s=e[i],s._$AI(n),i++;i<e.length&&(this._$AR(s&&s._$AB.nextSibling,i),e.length=i)}_$AR(t=this._$AA.nextSibling,e){for(this._$AP?.(!1,!0,e);t!==this._$AB;){let s=ut(t).nextSibling;ut(t).remove(),t=s}}setConnected(t){this._$AM===void 0&&(this._$Cv=t,this._$AP?.(t))}},z=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(t,e,s,i,n){this.type=1,this._$AH=S,this._$AN=void 0,this.element=t,this.name=e,this._$AM=i,this.options=n,s.length>2||s[0]!==""||s[1]!==""?(this._$AH=Array(s.length-1).fill(new String),this.strings=s):this._$AH=S}_$AI(t,e=this,s,i){let n=this.strings,a=!1;if(n===void 0)t=U(this,t,e,0),a=!X(t)||t!==this._$AH&&t!==q,a&&(this._$AH=t);else{let c=t,d,h;for(t=n[0],d=0;d<n.length-1;d++)h=U(this,c[s+d],e,d),h===q&&(h=this._$AH[d]),a||=!X(h)||h!==this._$AH[d],h===S?t=S:t!==S&&(t+=(h??"")+n[d+1]),this._$AH[d]=h}a&&!i&&this.j(t)}j(t){t===S?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,t??"")}},de=class extends z{constructor(){super(...arguments),this.type=3}j(t){this.element[this.name]=t===S?void 0:t}},ce=class extends z{constructor(){super(...arguments),this.type=4}j(t){this.element.toggleAttribute(this.name,!!t&&t!==S)}},pe=class extends z{constructor(t,e,s,i,n){super(t,e,s,i,n),this.type=5}_$AI(t,e=this){if((t=U(this,t,e,0)??S)===q)return;let s=this._$AH,i=t===S&&s!==S||t.capture!==s.capture||t.once!==s.once||t.passive!==s.passive,n=t!==S&&(s===S||i);i&&this.element.removeEventListener(this.name,this,s),n&&this.element.addEventListener(this.name,this,t),this._$AH=t}handleEvent(t){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,t):this._$AH.handleEvent(t)}},he=class{constructor(t,e,s){this.element=t,this.type=6,this._$AN=void 0,this._$AM=e,this.options=s}get _$AU(){return this._$AM._$AU}_$AI(t){U(this,t)}},St={M:Me,P:M,A:qe,C:1,L:xt,R:le,D:bt,V:U,I:K,H:z,N:ce,U:pe,B:de,F:he},us=Pe.litHtmlPolyfillSupport;us?.(J,K),(Pe.litHtmlVersions??=[]).push("3.3.3");var At=(r,t,e)=>{let s=e?.renderBefore??t,i=s._$litPart$;if(i===void 0){let n=e?.renderBefore??null;s._$litPart$=i=new K(t.insertBefore(Y(),n),n,void 0,e??{})}return i._$AI(r),i};var De=globalThis,v=class extends P{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let t=super.createRenderRoot();return this.renderOptions.renderBefore??=t.firstChild,t}update(t){let e=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(t),this._$Do=At(e,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return q}};v._$litElement$=!0,v.finalized=!0,De.litElementHydrateSupport?.({LitElement:v});var ms=De.litElementPolyfillSupport;ms?.({LitElement:v});(De.litElementVersions??=[]).push("4.2.2");var Oe=["system","light","dark"],Ne=["ltr","rtl"];function He(r,t,e){try{let s=localStorage.getItem(`skerry-${r}`);return t.find(i=>i===s)??e}catch{return e}}function Ue(r,t){try{localStorage.setItem(`skerry-${r}`,t)}catch{}}var ze=()=>He("theme",Oe,"system"),Be=()=>He("direction",Ne,"ltr"),ue=()=>He("keys",["on","off"],"on")==="on";function me(){document.documentElement.dataset.theme=ze(),document.documentElement.dir=Be()}function _t(r){Ue("theme",r),me()}function Et(r){Ue("direction",r),me()}function Tt(r){Ue("keys",r?"on":"off")}var k=b`
    :host {
        color: var(--text);
        /* A viewer's word may be longer than the page is wide. */
        overflow-wrap: anywhere;
    }
    [hidden] {
        display: none !important;
    }
    * {
        box-sizing: border-box;
    }
    h1,
    h2,
    h3,
    p {
        margin: 0;
    }
    h2 {
        font-size: 1rem;
    }
    h3 {
        font-size: 0.875rem;
    }
    button,
    select,
    input,
    textarea {
        font: inherit;
        color: inherit;
        background: var(--surface);
        border: 1px solid var(--edge);
        border-radius: var(--round);
    }
    button,
    select {
        min-block-size: 2rem;
        padding: 0.15rem 0.65rem;
        font-size: 0.875rem;
    }
    button {
        cursor: pointer;
    }
    button:hover {
        background: var(--raised);
    }
    button[disabled],
    button[aria-disabled="true"] {
        color: var(--quiet);
        border-style: dashed;
        cursor: not-allowed;
    }
    button.main:not([disabled], [aria-disabled="true"]) {
        color: var(--on-accent);
        background: var(--accent);
        border-color: var(--accent);
        font-weight: 600;
    }
    button.plain {
        border-color: transparent;
        background: none;
        color: var(--accent);
    }
    input,
    textarea {
        padding: 0.4rem 0.55rem;
        inline-size: 100%;
    }
    input[type="checkbox"] {
        inline-size: 1.1rem;
        block-size: 1.1rem;
        accent-color: var(--accent);
        margin: 0;
    }
    :focus-visible {
        outline: 3px solid var(--accent);
        outline-offset: 1px;
    }
    kbd {
        font: 600 0.75rem/1 var(--mono);
        border: 1px solid currentcolor;
        border-radius: 4px;
        padding: 0.1rem 0.3rem;
        margin-inline-start: 0.35rem;
        white-space: nowrap;
        display: inline-block;
    }
    /* Its button's words run from left to right, and the key follows them. */
    kbd:dir(rtl) {
        margin-inline: 0 0.35rem;
    }
    kbd.alone {
        margin: 0;
    }
    button.plain[disabled] {
        border-color: transparent;
        color: var(--quiet);
    }
    /* The page's own words may be of another direction than the page: each line is ordered by its first letter. */
    p,
    h1,
    h2,
    h3,
    dt,
    dd,
    label,
    button,
    .chip,
    .load,
    .said {
        unicode-bidi: plaintext;
    }
    p:dir(rtl),
    h1:dir(rtl),
    h2:dir(rtl),
    h3:dir(rtl),
    dt:dir(rtl),
    dd:dir(rtl),
    label:dir(rtl) {
        text-align: right;
    }
    .quiet {
        color: var(--quiet);
        font-size: var(--small);
    }
    .words {
        overflow-wrap: anywhere;
        white-space: pre-wrap;
        unicode-bidi: isolate;
    }
    .chip {
        display: inline-flex;
        align-items: center;
        font-size: var(--small);
        line-height: 1.3;
        border: 1px solid var(--line);
        border-radius: 999px;
        padding: 0.05rem 0.5rem;
        max-inline-size: 100%;
        overflow-wrap: anywhere;
    }
    .late {
        color: var(--late);
        background: var(--late-ground);
        border-color: var(--late);
    }
    .soon {
        color: var(--soon);
        background: var(--soon-ground);
        border-color: var(--soon);
    }
    .good {
        color: var(--good);
        background: var(--good-ground);
        border-color: var(--good);
    }
    .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem;
    }
    .bar > * {
        max-inline-size: 100%;
    }
    .grow {
        flex: 1;
    }
    .unseen {
        position: absolute;
        inline-size: 1px;
        block-size: 1px;
        overflow: hidden;
        clip-path: inset(50%);
        white-space: nowrap;
    }
    dialog {
        color: var(--text);
        background: var(--surface);
        border: 1px solid var(--edge);
        border-radius: 10px;
        padding: 1rem 1.25rem;
        inline-size: min(38rem, calc(100vw - 2rem));
        max-block-size: calc(100vh - 2rem);
        overflow: auto;
    }
    dialog::backdrop {
        background: rgb(0 0 0 / 45%);
    }
    label {
        font-size: 0.875rem;
    }
`;var Rt=0;function Ct(r){let t=Date.parse(r);Number.isFinite(t)&&(Rt=t-Date.now())}function R(){return Date.now()+Rt}function W(r){if(!r)return null;let t=Date.parse(r);return Number.isFinite(t)?(t-R())/1e3:null}function _(r){let t=Math.abs(r);return t<60?`${Math.floor(t)} s`:t<3600?`${Math.floor(t/60)} min`:t<86400?`${Math.floor(t/3600)} h`:`${Math.floor(t/86400)} d`}function L(r,t="time"){let e=Date.parse(r??"");if(!Number.isFinite(e))return"";let s=new Date(e);return t==="clock"?s.toLocaleTimeString(void 0,{timeStyle:"short"}):t==="date"?s.toLocaleDateString(void 0,{dateStyle:"medium"}):s.toLocaleString(void 0,{dateStyle:"short",timeStyle:"short"})}var fs=/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu,gs=/\r\n|\r|\u2028|\u2029/g;function $(r){return r.replace(gs,`
`).replace(fs,"□")}function u(r,t=300){let e=$(r).replace(/\s+/g," ").trim();return e.length>t?`${e.slice(0,t).replace(/[\ud800-\udbff]$/,"")}…`:e}function Z(r){return r.replace(/\r\n?/g,`
`).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,"")}var w=class extends Error{constructor(e,s,i,n=null){super(i);this.status=e;this.reason=s;this.retryAfterS=n}get refusesToken(){return this.status===401||this.status===403}},ys=2e4,vs=/^[\x21-\x7e]+$/,fe=class{constructor(t){this.token=t}async get(t,e){return Pt(await this.send(t,{method:"GET"},e))}async post(t,e){let s={method:"POST",body:JSON.stringify(e),headers:{"Content-Type":"application/json"}};return Pt(await this.send(t,s))}async stream(t,e){let s=await this.request(t,{method:"GET",headers:{Accept:"text/event-stream"}},e);if(s.body===null)throw new w(0,"","the desk sent nothing");return s.body}async send(t,e,s){let i=AbortSignal.timeout(ys);return this.request(t,e,s===void 0?i:AbortSignal.any([s,i]))}async request(t,e,s){if(!vs.test(this.token))throw new w(401,"unauthorised","no token has these signs");let i=new Headers(e.headers);i.set("Authorization",`Bearer ${this.token}`);let n={...e,headers:i,signal:s,cache:"no-store",credentials:"omit",redirect:"error"},a;try{a=await fetch(t,n)}catch(c){throw c instanceof DOMException&&c.name==="AbortError"?c:new w(0,"","the desk cannot be reached")}if(!a.ok)throw await ws(a);return a}};async function Pt(r){try{return await r.json()}catch(t){throw t instanceof DOMException&&t.name==="AbortError"?t:new w(0,"","the answer is no document of the desk")}}async function ws(r){let t=Number(r.headers.get("Retry-After")??Number.NaN),e=Number.isFinite(t)?t:null;try{let{reason:s,detail:i}=await r.json();return new w(r.status,String(s??""),String(i??""),e)}catch{return new w(r.status,"",`the answer is ${r.status}, expected one of the desk`,e)}}var ge=r=>r===1?"1 viewer":`${r.toLocaleString()} viewers`,o={title:"Skerry desk",signIn:"Sign in",signOut:"Sign out",token:"Your token",tokenHint:"It stays in this tab and ends with it. The desk's operator makes one with `skerry desk token`.",tokenRefused:"You are signed out: the desk does not know this token, or it has ended. Ask the desk's operator for a new one. What you typed is kept in this tab.",tokenOfPop:"This is the token of a PoP or of a wall, and people have tokens of their own. Ask the desk's operator for one.",unreachable:"The desk cannot be reached. Try again in a moment.",tryingAgain:"The desk cannot be reached. Trying again…",signedInAs:(r,t,e)=>`${r}, ${t}${e===""?"":`, lane ${e}`}`,connection:"Connection",connecting:"Connecting…",lost:r=>`No connection for ${r}. What you see is as old. Trying again; what you type is kept.`,lostShort:"No connection. What you type is kept.",notSent:"The desk did not answer. What you typed is kept. Do it again: nothing is sent twice.",refused:r=>`The desk refused: ${r}.`,views:{open:"Open",answered:"Answered",drafts:"Drafts",board:"Unanswered"},viewsLabel:"Views",lanes:"Lanes",allLanes:"All lanes",laneLoad:(r,t,e)=>`${r} open${t>0?`, ${t} late`:""}${r>0?`, oldest ${e}`:""}`,late:r=>`${r} late`,queue:"Questions",emptyQueue:"Nothing waits. New questions appear here by themselves.",emptyAnswered:"Nothing is answered and still unresolved.",reading:"Reading the queue…",viewers:ge,asks:r=>`${ge(r)} ask${r===1?"s":""} this`,left:r=>`${r} left`,over:r=>`${r} late`,noDeadline:"no deadline",claimedBy:r=>`${r} has it`,yours:"yours",kinds:{safety:"Safety",fraud:"Fraud"},ticket:"Ticket",noTicket:"Choose a question, with j and k or the pointer.",back:"Back to the list",loading:"Reading the ticket…",gone:"No longer open: it was answered or resolved.",question:"Question",viewerOf:(r,t)=>`Viewer ${r} of ${t}`,nextViewer:"Next viewer",viewerBefore:"Viewer before",why:"Why people have it",because:r=>`It would have come to people anyway: ${r}`,waiting:r=>`waits ${r}`,promised:r=>`was told ${r}`,claim:"Claim",release:"Release",nobody:"Nobody has it",yoursUntil:r=>`Yours until ${r}`,othersUntil:(r,t)=>`${r} has it until ${t}`,harm:{self_harm:"may tell of self-harm",threat:"may tell of a threat to people",harassment:"may tell of harassment",emergency:"may tell of an emergency",fraud:"may tell of fraud"},harmNotice:"Take care",harmOf:(r,t)=>`The message ${r} (${t}).`,kindNotice:{safety:"Handle it by your rules for safety.",fraud:"Handle it by your rules for fraud."},followsUp:"Follows up an open ticket of the same viewer",languages:(r,t)=>`wants ${t}, the island is in ${r}`,suggestions:"Suggested answers",noSuggestions:"No snippet is likely.",confidence:r=>`${r} sure`,nearest:"Nearest example",script:"Steps for you; the viewer does not see them",approved:(r,t,e)=>`Approved by ${r}${t===""?"":`, ${t}`}${e===null?"":`, revision ${e}`}`,translation:r=>`In the viewer's language (${r}); this is what is inserted`,personOnly:"for people to send",noAnswer:"This snippet has no answer to send.",insert:"Insert",inserted:r=>`Answer ${r} is in the reply.`,addExample:"Add as example",path:"The viewer's way through the tree",typed:(r,t,e)=>`typed ${r}: ${t}${e?" (personal)":""}`,pressed:r=>`pressed “${r}”`,parts:"Matters in the message",transcript:"Earlier in this session",context:"Context",refusedOffers:"The viewer was offered and did not want",picked:"The viewer picked",facts:"About this ticket",history:"What was done",sentReply:"Reply",island:"Island",pop:"PoP",channel:"Channel",locale:"Language",sourceId:"Id in your system",lane:"Lane",outcomes:{answer:"answered",clarify:"asked back",escalate:"given to people",ignore:"left alone"},actions:{received:"sent it here",claim:"claimed it",release:"released it",expire:"ended the claim, as nothing was done",reply:"replied",resolve:"resolved it",draft:"proposed a draft","solved by viewer":"reported that the viewer solved it"},reply:"Reply",replyHint:"Insert an answer with 1 to 3, or write.",forAll:r=>`Answer all ${ge(r)}`,send:"Send",sendAndResolve:"Send and resolve",sending:"Sending…",resolve:"Resolve",resolveSure:"Resolve without a reply?",resolveSureText:"The viewer gets no answer from people.",cancel:"Cancel",close:"Close",incident:"Make it an incident answer",characters:(r,t)=>`${r} of ${t}`,tooLong:"Too long to send",claimed:"Claimed.",released:"Released.",sent:(r,t)=>`Sent to ${ge(r)}${t?", and resolved":""}.`,resolved:r=>r===1?"Resolved.":`${r} resolved.`,drafts:"Drafts",draftsHint:"Proposals for the authors of islands. Nobody has signed them, and viewers do not see them.",noDrafts:"There are no drafts.",draftKept:"Kept as a draft. It changes nothing until an author takes it.",draftKinds:{incident:"Incident answer",example:"Example"},draftTitles:{incident:"Propose an incident answer",example:"Propose an example"},draftExplained:{incident:"The author may publish it in place of the snippet's answer, for all viewers.",example:"The author may add this wording to the snippet's examples. Take out names and numbers of the viewer."},snippet:"Snippet",text:"Text",keepDraft:"Keep as a draft",copy:"Copy",copied:"Copied.",notCopied:"This browser does not copy here. Select the text, and copy it.",draftBy:(r,t)=>`${r}, ${t}`,board:"Questions that nothing answers",boardHint:"What PoPs report, every five seconds. Each is one example of equal questions.",noBoard:"No PoP reports an open question.",perMinute:r=>`${r} a minute`,times:r=>`asked ${r.toLocaleString()} times`,silent:(r,t)=>`PoP ${r} has reported nothing for ${t}. Its questions are missing here.`,neverHeard:r=>`PoP ${r} has reported nothing since the desk started. Its questions are missing here.`,unconfirmed:r=>`${r} of its tickets wait for it to fetch what you did.`,help:"Keys and settings",keys:[["j, k","next question, question before"],["c","claim"],["x","release"],["1, 2, 3","insert a suggested answer"],["e","edit the reply"],["Ctrl + Enter","send, and go on to the next"],["Ctrl + Shift + Enter","send and resolve"],["r","resolve"],["?","this help"],["Esc","leave a field; back to the list"]],keysHint:"No key acts while you type in a field, except Esc and those with Ctrl. On a Mac, Cmd is Ctrl.",singleKeys:"Single keys act",theme:"Colours",themes:{system:"as the system",light:"light",dark:"dark"},direction:"Direction of the page",directions:{ltr:"left to right",rtl:"right to left"}};var bs=5e3,Ke=class extends v{constructor(){super(...arguments);this.board=null;this.problem="";this.timer=0}static{this.properties={desk:{attribute:!1},board:{state:!0},problem:{state:!0}}}static{this.styles=[k,b`
            :host {
                display: block;
                overflow: auto;
                padding: 1rem;
            }
            ol,
            ul {
                list-style: none;
                margin: 0.75rem 0 0;
                padding: 0;
                display: grid;
                gap: 0.5rem;
                max-inline-size: 50rem;
            }
            ol li {
                background: var(--surface);
                border: 1px solid var(--line);
                border-radius: var(--round);
                padding: 0.6rem 0.75rem;
                display: grid;
                gap: 0.3rem;
            }
            ul li {
                padding: 0.4rem 0.75rem;
                border: 1px solid;
                border-radius: var(--round);
            }
        `]}connectedCallback(){super.connectedCallback(),queueMicrotask(()=>{this.read()}),this.timer=window.setInterval(()=>{this.read()},bs)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}async read(){try{this.board=await this.desk.read("/v1/board"),this.problem=""}catch(e){e instanceof w&&(this.problem=o.refused(e.message))}}render(){let e=this.board?.pops??[],s=ks(e);return l`<h2>${o.board}</h2>
            <p class="quiet">${o.boardHint}</p>
            <p role="status" class="quiet">${this.problem}</p>
            <ul>
                ${e.filter(i=>i.silent_since!==null||i.heard===null).map(i=>this.silent(i))}
            </ul>
            ${this.board!==null&&s.length===0?l`<p>${o.noBoard}</p>`:""}
            <ol>
                ${s.map(i=>l`<li>
                            <p class="words" dir="auto">${$(i.question.exemplar)}</p>
                            <p class="bar quiet">
                                <span class="chip">${o.perMinute(i.perMinute.toFixed(1))}</span>
                                <span>${o.times(i.count)}</span>
                                <bdi>${u(i.question.island)}</bdi>
                            </p>
                        </li>`)}
            </ol>`}silent(e){let s=e.heard===null?o.neverHeard(e.pop):o.silent(e.pop,_(e.age_s??0));return l`<li class="soon">${s} ${e.unconfirmed>0?o.unconfirmed(e.unconfirmed):""}</li>`}};function ks(r){let t=new Map;for(let e of r)if(e.silent_since===null)for(let s of e.figures?.open_questions??[]){let i=`${s.island}
${u(s.exemplar).toLowerCase()}`,n=t.get(i);t.set(i,{question:s,count:(n?.count??0)+s.count,perMinute:(n?.perMinute??0)+s.per_minute})}return[...t.values()].sort((e,s)=>s.perMinute-e.perMinute||s.count-e.count)}customElements.define("skerry-board",Ke);var Mt="skerry-owner",$s=/^skerry-/;function ee(r="token"){return sessionStorage.getItem(`skerry-${r}`)}function We(r,t="token"){sessionStorage.setItem(`skerry-${t}`,r)}function qt(r="token"){sessionStorage.removeItem(`skerry-${r}`)}var ye=new Map;function Qe(){ye.clear();for(let r of Object.keys(sessionStorage))$s.test(r)&&sessionStorage.removeItem(r)}function Lt(r){let t=sessionStorage.getItem(Mt);if(t!==null&&t!==r){let e=ee();Qe(),e!==null&&We(e)}sessionStorage.setItem(Mt,r)}function te(r){return ye.get(r)??sessionStorage.getItem(`skerry-${r}`)??""}function se(r,t){ye.delete(r);try{t===""?sessionStorage.removeItem(`skerry-${r}`):sessionStorage.setItem(`skerry-${r}`,t)}catch{ye.set(r,t)}}function Dt(r,t){let e=It(r),s=t.flatMap(c=>[c.answer,c.translation?.answer??""].filter(d=>d!=="").map(d=>({one:c,words:It(d)})));if(e.length===0||s.length===0)return{suggestion:null,snippet:""};let i=s.find(({words:c})=>c.join(" ")===e.join(" "));if(i)return{suggestion:"used",snippet:i.one.snippet};let a=s.map(({one:c,words:d})=>({one:c,similarity:xs(e,d)})).reduce((c,d)=>d.similarity>c.similarity?d:c);return a.similarity>=.6?{suggestion:"edited",snippet:a.one.snippet}:{suggestion:"ignored",snippet:""}}function It(r){return(r.normalize("NFKC").toLowerCase().match(/[\p{L}\p{N}]+/gu)??[]).slice(0,800)}function xs(r,t){let e=new Uint16Array(t.length+1);for(let s of r){let i=new Uint16Array(t.length+1);for(let n=1;n<=t.length;n+=1)i[n]=s===t[n-1]?(e[n-1]??0)+1:Math.max(e[n]??0,i[n-1]??0);e=i}return 2*(e[t.length]??0)/(r.length+t.length||1)}var je=class{constructor(){this.rest="";this.kind="";this.id="";this.data=[]}get waiting(){return this.data.reduce((t,e)=>t+e.length,this.rest.length)}take(t){let e=(this.rest+t).split(/\r\n|\n|\r(?!$)/);return this.rest=e.pop()??"",e.flatMap(s=>this.line(s))}line(t){if(t===""){let n={kind:this.kind||"message",data:this.data.join(`
`),id:this.id},a=this.data.length>0;return this.kind="",this.data=[],a?[n]:[]}if(t.startsWith(":"))return[{kind:"heartbeat",data:"",id:this.id}];let e=t.indexOf(":"),s=e<0?t:t.slice(0,e),i=e<0?"":t.slice(e+1).replace(/^ /,"");return s==="event"?this.kind=i:s==="data"?this.data.push(i):s==="id"&&!i.includes("\0")&&(this.id=i),[]}},Ot=25e3,Ss=500,As=5e3,_s=1e4;async function Nt(r,t,e,s){let i=0;for(;!s.aborted;){try{let a=performance.now();await Es(r,t,e,s,()=>{performance.now()-a>_s&&(i=0)})}catch(a){if(a instanceof w&&a.refusesToken){e.refused(a);return}}if(s.aborted)return;e.lost();let n=Math.min(As,Ss*2**i);i+=1,await Ts(n*(.5+Math.random()/2),s)}}async function Es(r,t,e,s,i){let n=new AbortController,a=setTimeout(()=>n.abort(),Ot);try{let d=(await r.stream(t,AbortSignal.any([s,n.signal]))).pipeThrough(new TextDecoderStream).getReader(),h=new je;for(e.opened();;){let{done:m,value:p}=await d.read();if(m)return;clearTimeout(a),a=setTimeout(()=>n.abort(),Ot);for(let g of h.take(p))i(),g.kind!=="heartbeat"&&e.event(g)}}finally{clearTimeout(a)}}function Ts(r,t){return new Promise(e=>{let s=()=>{clearTimeout(i),removeEventListener("online",s),e()},i=setTimeout(s,r);addEventListener("online",s,{once:!0}),t.addEventListener("abort",s,{once:!0})})}var ve=class{constructor(){this.rows=new Map;this.read=null;this.changed=new Set;this.sorted=null}begin(){this.read=new Set,this.changed=new Set}page(t){for(let e of t)this.read?.add(e.row),this.changed.has(e.row)||this.rows.set(e.row,e);this.sorted=null}finish(){for(let t of[...this.rows.keys()])this.read!==null&&!this.read.has(t)&&!this.changed.has(t)&&this.rows.delete(t);this.read=null,this.sorted=null}change(t){this.read!==null&&this.changed.add(t.row),t.now===null?this.rows.delete(t.row):this.rows.set(t.row,t.now),this.sorted=null}get(t){return this.rows.get(t)}list(t){return this.sorted??=[...this.rows.values()].sort(Rs),t===""?this.sorted:this.sorted.filter(e=>e.lane===t)}lanes(t){let e=new Map;for(let s of this.rows.values()){let i=e.get(s.lane)??{lane:s.lane,tickets:0,late:0,oldest:s.received},n=s.due!==null&&Date.parse(s.due)<t;e.set(s.lane,{lane:s.lane,tickets:i.tickets+s.count,late:i.late+(n?s.count:0),oldest:s.received<i.oldest?s.received:i.oldest})}return[...e.values()].sort((s,i)=>s.lane<i.lane?-1:1)}};function Rs(r,t){return Ve(r.due??"~",t.due??"~")||Ve(r.received,t.received)||Ve(r.row,t.row)}function Ve(r,t){return r<t?-1:r>t?1:0}var Cs=40,Ps=1e3,Ms=2e3,we=class{constructor(){this.me=null;this.isSignedIn=!1;this.notice="";this.problem="";this.ending=new AbortController;this.api=null;this.listeners=new Set;this.telling=0}watch(t){return this.listeners.add(t),()=>this.listeners.delete(t)}tell(){this.telling===0&&(this.telling=window.setTimeout(()=>{this.telling=0;for(let t of this.listeners)t()},Cs))}tellNow(){for(let t of this.listeners)t()}start(){window.setInterval(()=>this.tell(),Ps);let t=ee();t!==null&&this.signIn(t)}async signIn(t){let e=new fe(t);this.problem="";let s;try{s=await e.get("/v1/me")}catch(i){if(this.isSignedIn)return;ee()===t&&i instanceof w&&!i.refusesToken?(this.problem=o.tryingAgain,window.setTimeout(()=>{!this.isSignedIn&&ee()===t&&this.signIn(t)},Ms)):this.refuse(i),this.tell();return}this.isSignedIn||(this.me=s,Lt(`${s.tenant}/${s.name}`),We(t),this.api=e,this.isSignedIn=!0,this.notice="",this.ending=new AbortController,this.begun(e,this.ending.signal),this.tell())}signOut(){this.end(),Qe(),this.problem="",this.tell()}refuse(t){t instanceof w&&t.refusesToken?(this.end(),qt(),this.problem=t.status===403?o.tokenOfPop:o.tokenRefused):this.problem=o.unreachable,this.tell()}end(){this.ending.abort(),this.isSignedIn=!1,this.api=null,this.me=null,this.ended()}async read(t){return this.required().get(t,this.ending.signal)}async doing(t){this.problem="";try{return await t(),!0}catch(e){if(e instanceof w&&e.refusesToken)this.refuse(e);else if(e instanceof w&&e.status===0)this.problem=o.notSent;else if(e instanceof w)this.problem=o.refused(e.message);else if(!(e instanceof DOMException))throw e;return!1}finally{this.tell()}}required(){if(this.api===null)throw new DOMException("nobody is signed in","AbortError");return this.api}};var Fe=2e3,qs=5,Ls=1e4,be=class extends we{constructor(){super(...arguments);this.queue=new ve;this.connection="connecting";this.lostAt=0;this.isRead=!1;this.view="open";this.lane="";this.answered=[];this.isReading=!1;this.readAgain=!1}start(){super.start(),window.setInterval(()=>{this.isSignedIn&&this.view==="answered"&&!document.hidden&&this.readAnswered()},Ls)}begun(e,s){this.connection="connecting",this.lane=te("lane"),Nt(e,"/v1/changes",{event:n=>this.event(n),opened:()=>this.connected(),lost:()=>this.lost(),refused:n=>this.refuse(n)},s)}ended(){this.isRead=!1,this.view="open",this.lane="",this.answered=[],this.queue.begin(),this.queue.finish()}connected(){this.connection="open",this.lostAt=0,this.tell()}lost(){this.connection!=="lost"&&(this.lostAt=R()),this.connection="lost",this.tell()}event(e){e.kind==="all"?this.readQueue():e.kind==="row"&&this.change(e.data)}change(e){let s;try{s=JSON.parse(e)}catch{return}this.queue.change(s),this.changed(s.row),this.tell()}async readQueue(){if(this.isReading){this.readAgain=!0;return}this.isReading=!0;try{do this.readAgain=!1,await this.readPages();while(this.readAgain);this.isRead=!0,this.wasRead()}catch(e){e instanceof w&&e.refusesToken?this.refuse(e):e instanceof w&&window.setTimeout(()=>this.readQueueAgain(),Fe)}finally{this.isReading=!1,this.tell()}}readQueueAgain(){this.isSignedIn&&this.connection==="open"&&this.readQueue()}async readPages(){this.queue.begin();let e="";for(;e!==null;){let s=await this.page("open",e);this.queue.page(s.rows),this.isRead=!0,e=s.next,this.tell()}this.queue.finish()}async page(e,s){let i=new URLSearchParams({state:e,after:s}),n=await this.required().get(`/v1/queue?${i}`,this.ending.signal);return Ct(n.now),n}async readAnswered(){let e=[],s="";try{for(let i=0;i<qs&&s!==null;i+=1){let n=await this.page("answered",s);e.push(...n.rows),s=n.next}this.answered=e}catch(i){i instanceof w&&i.refusesToken&&this.refuse(i)}this.tell()}get rows(){return this.view!=="answered"?this.queue.list(this.lane):this.lane===""?this.answered:this.answered.filter(e=>e.lane===this.lane)}};function Ut(r){let t=E(r),e=E(t.context),s=E(t.language_note);return{id:f(t.id),text:f(t.text),reason:f(t.reason),because:f(t.because),kind:f(t.kind)||"support",island:f(t.island),lane:f(t.lane),pop:f(t.pop),channel:f(t.channel),locale:f(t.locale),joins:f(t.joins),promisedWaitS:ke(t.promised_wait_s),flags:Q(t.risk_flags).map(f).filter(Boolean),harm:Object.entries(E(t.harm)).map(([i,n])=>[i,ke(n)??0]).filter(([,i])=>i>=.05).sort((i,n)=>n[1]-i[1]),candidates:Q(t.candidates).slice(0,3).map(Is),path:Q(t.path).map(i=>({say:f(E(i).say),label:f(E(i).label)})),typed:Os(t.typed),languages:[f(s.locale),f(s.wanted)].filter(Boolean),sourceId:f(t.source_id),parts:Q(t.parts).map(i=>({text:f(E(i).text),snippet:f(E(i).snippet)})),transcript:Q(t.transcript).map(Ns),context:[...Ht(e,["claims"]),...Ht(E(e.claims))],refused:Q(t.refused).map(f).filter(Boolean),picked:f(t.picked)}}function Is(r){let t=E(r),e=E(t.provenance);return{snippet:f(e.snippet),confidence:ke(t.confidence),nearest:f(t.nearest_example),answer:f(t.answer),script:f(t.script),automation:f(t.automation),approvedBy:f(e.approved_by),approvedAt:f(e.approved_at),revision:ke(e.revision),translation:Ds(t.translation)}}function re(r){return r.translation?.answer??r.answer}function Ds(r){let t=E(r),e=f(t.answer);if(e==="")return null;let[s,i]=[f(t.approved_by),f(t.approved_at)];return{locale:f(t.locale),answer:e,approvedBy:s,approvedAt:i}}function Os(r){let t=E(r),e=f(t.value);return e===""?null:{name:f(t.name),value:e,isPersonal:t.personal===!0}}function Ns(r){let t=E(r);return{at:f(t.at),text:f(t.text),outcome:f(t.outcome),snippet:f(t.snippet)}}function Ht(r,t=[]){return Object.entries(r).filter(([e])=>!t.includes(e)).map(([e,s])=>[e,zt(s)]).filter(([,e])=>e!=="")}function zt(r){return Array.isArray(r)?r.map(zt).filter(Boolean).join(", "):typeof r=="object"&&r!==null?JSON.stringify(r):r==null?"":String(r)}function E(r){return typeof r=="object"&&r!==null?r:{}}function Q(r){return Array.isArray(r)?r:[]}function f(r){return typeof r=="string"?r:""}function ke(r){return typeof r=="number"&&Number.isFinite(r)?r:null}var Hs=1e3,Us=600,zs=2e3,Bs=6e4,B=4e3,$e=class extends be{constructor(){super(...arguments);this.row="";this.member=0;this.forAll=!0;this.opened=null;this.openProblem="";this.isSending=!1;this.opening=new AbortController;this.reading={id:"",isOld:!1};this.renewed={row:"",at:0};this.claimLater=""}begun(e,s){super.begun(e,s);let i=te("row");i!==""&&(this.row=i)}ended(){super.ended(),this.stopReading(),this.opened=null,this.row=""}changed(e){e===this.row&&this.view==="open"&&this.openTicket()}wasRead(){this.row!==""&&this.view==="open"&&this.chosen===void 0?this.choose(""):this.row!==""&&this.openTicket()}show(e){e!==this.view&&(this.view=e,this.choose(""),e==="answered"&&this.readAnswered(),this.tellNow())}showLane(e){this.lane=e,se("lane",e),this.tellNow()}get chosen(){let e=this.view==="answered"?this.answered.find(s=>s.row===this.row):this.queue.get(this.row);return e&&(this.lastRow=e),e??(this.lastRow?.row===this.row?this.lastRow:void 0)}get isListed(){let{row:e}=this;return this.view==="answered"?this.answered.some(s=>s.row===e):this.queue.get(e)!==void 0}choose(e,s=""){e!==this.row&&(this.stopReading(),this.row=e,this.member=0,this.forAll=!0,this.opened=null,this.openProblem="",this.problem="",this.notice=s,this.view==="open"&&se("row",e),e!==""&&this.openTicket(),this.tellNow())}move(e){let s=this.rows;if(s.length===0)return;let i=s.findIndex(a=>a.row===this.row),n=i<0?0:Math.min(Math.max(i+e,0),s.length-1);this.choose(s[n]?.row??"")}showMember(e){let s=this.chosen?.tickets.length??1;this.member=(this.member+e+s)%s,this.openTicket(),this.tellNow()}setForAll(e){this.forAll=e,this.tellNow()}async openTicket(){let e=this.chosen;if(e===void 0)return;let s=this.isListed?e.tickets[this.member]??e.tickets[0]:this.opened?.about&&this.opened.ticket.id;if(!s)return;if(s===this.reading.id){this.reading.isOld=!0;return}this.stopReading();let{opening:i}=this;this.reading={id:s,isOld:!1};try{let a=await this.required().get(`/v1/tickets/${encodeURIComponent(s)}`,i.signal);if(i.signal.aborted)return;let c=Ut(a.ticket);this.opened={about:a,ticket:{...c,id:s}},this.openProblem="";let d=this.claimLater===this.row;this.claimLater="",d&&this.claimToWrite()}catch(a){if(i.signal.aborted)return;if(a instanceof w&&a.refusesToken)return this.refuse(a);this.openProblem=a instanceof w?a.message:o.unreachable,a instanceof w&&(a.status===0||a.status>=429)&&this.openLater()}let{isOld:n}=this.reading;this.reading={id:"",isOld:!1},this.tell(),n&&this.openTicket()}openLater(){let{row:e}=this;window.setTimeout(()=>{this.isSignedIn&&e===this.row&&this.openTicket()},Fe)}stopReading(){this.opening.abort(),this.opening=new AbortController,this.reading={id:"",isOld:!1}}get text(){return te(`text-${this.row}`)}write(e){se(`text-${this.row}`,e),e!==""&&this.claimToWrite(),this.tellNow()}insert(e){let s=this.opened?.ticket.candidates??[],i=s[e-1],n=i===void 0?"":re(i);if(n==="")return;let a=this.text,c=a.trim()!==""&&!s.some(d=>re(d).trim()===a.trim());this.write(c?`${a.trimEnd()}

${n}`:n),this.notice=o.inserted(e),this.tellNow()}async claimToWrite(){let e=this.owner;if(this.view!=="open"||this.isSending)return;if(this.opened===null||this.isOthers){this.claimLater=this.row;return}let s=W(this.opened.about.claimed_until)??0,i=this.renewed.row===this.row?Date.now()-this.renewed.at:Number.POSITIVE_INFINITY;e===this.me?.name&&(s>Us||i<Bs)||e===""&&i<zs||(this.renewed={row:this.row,at:Date.now()},await this.claim({isQuiet:!0}))}get owner(){let e=this.isListed?this.chosen?.claimed_by:"";return this.opened?.about.claimed_by||e||""}get isOthers(){return this.owner!==""&&this.owner!==this.me?.name}get wholeRow(){return this.forAll&&(this.chosen?.count??1)>1}async claim({isQuiet:e=!1}={}){await this.act("claim",async s=>{await this.required().post(s,{row:this.wholeRow}),e||(this.notice=o.claimed)})}async release(){await this.act("release",async e=>{await this.required().post(e,{row:this.wholeRow}),this.notice=o.released})}async send({resolve:e=!1}={}){let s=Z(this.text).trim(),{opened:i,row:n}=this;if(i===null||s===""||s.length>B||this.isSending||this.isOthers)return;let a=this.wholeRow||(this.chosen?.count??1)<=1,c={text:s,...Dt(s,i.ticket.candidates),row:this.wholeRow};this.isSending=!0,this.tellNow(),await this.act("reply",async d=>{let h=0;for(;;){let{tickets:m}=await this.required().post(d,c);if(h+=m.length,!c.row||m.length<Hs)break}e&&await this.required().post(d.replace(/reply$/,"resolve"),{row:c.row}),se(`text-${n}`,""),this.notice=o.sent(Math.max(h,1),e),n===this.row&&this.goOn(a)}),this.isSending=!1,this.tellNow()}async resolve(){let{row:e}=this,s=this.wholeRow||(this.chosen?.count??1)<=1;await this.act("resolve",async i=>{let{tickets:n}=await this.required().post(i,{row:this.wholeRow});this.notice=o.resolved(Math.max(n.length,1)),e===this.row&&this.goOn(s),this.view==="answered"&&await this.readAnswered()})}async addDraft(e,s,i){let n=this.opened?.ticket;if(!n)return!1;let a={kind:e,island:n.island,snippet:s,text:Z(i).trim(),ticket:n.id};return this.doing(async()=>{await this.required().post("/v1/drafts",a),this.notice=o.draftKept})}goOn(e){let s=this.rows,i=s.findIndex(n=>n.row===this.row);if(!e){this.member=0;return}this.choose((s[i+1]??s[i-1])?.row??"",this.notice)}async act(e,s){let i=this.opened?.ticket.id;if(!i)return;let n=this.row;await this.doing(()=>s(`/v1/tickets/${encodeURIComponent(i)}/${e}`)),n===this.row&&await this.openTicket()}};var A=class{constructor(t,e=()=>{}){this.host=t;this.onChange=e;this.end=null;this.isConnected=!1;t.addController(this)}hostConnected(){this.isConnected=!0,queueMicrotask(()=>{this.isConnected&&(this.end??=this.host.desk.watch(()=>{this.onChange(),this.host.requestUpdate()}))})}hostDisconnected(){this.isConnected=!1,this.end?.(),this.end=null}};var Ge=class extends v{constructor(){super();this.kind="incident";this.snippets=[];this.keep=async e=>{e.preventDefault(),await this.desk.addDraft(this.kind,this.snippet.value.trim(),this.field.value)&&this.close()};new A(this)}static{this.properties={desk:{attribute:!1},kind:{state:!0},snippets:{state:!0}}}static{this.styles=[k,b`
            dialog[open] {
                display: grid;
                gap: 0.6rem;
            }
            textarea {
                min-block-size: 8rem;
            }
        `]}async ask(e,s,i=""){let n=this.desk.opened?.ticket.candidates??[];this.kind=e,this.snippets=n.map(a=>a.snippet).filter(a=>a!==""),this.desk.problem="",this.requestUpdate(),await this.updateComplete,this.field.value=s,this.snippet.value=i===""?this.snippets[0]??"":i,this.renderRoot.querySelector("dialog")?.showModal(),this.field.focus()}get field(){return this.renderRoot.querySelector("textarea")}get snippet(){return this.renderRoot.querySelector("#snippet")}close(){this.renderRoot.querySelector("dialog")?.close()}render(){let{problem:e,opened:s}=this.desk;return l`<dialog aria-labelledby="title">
            <h2 id="title">${o.draftTitles[this.kind]}</h2>
            <p class="quiet">${o.draftExplained[this.kind]}</p>
            <p class="quiet">${o.island}: <bdi>${u(s?.ticket.island??"")}</bdi></p>
            <form @submit=${this.keep} class="form">
                <label for="snippet">${o.snippet}</label>
                <input id="snippet" required maxlength="63" list="snippets" autocomplete="off" spellcheck="false" />
                <datalist id="snippets">
                    ${this.snippets.map(i=>l`<option value=${i}>${$(i)}</option>`)}
                </datalist>
                <label for="text">${o.text}</label>
                <textarea id="text" required maxlength=${B} dir="auto"></textarea>
                <div role="alert" class="quiet">${e}</div>
                <div class="bar">
                    <button class="main">${o.keepDraft}</button>
                    <button type="button" @click=${()=>this.close()}>${o.cancel}</button>
                </div>
            </form>
        </dialog>`}};customElements.define("skerry-draft",Ge);var Ye=class extends v{constructor(){super(...arguments);this.drafts=null;this.said="";this.problem=""}static{this.properties={desk:{attribute:!1},drafts:{state:!0},said:{state:!0},problem:{state:!0}}}static{this.styles=[k,b`
            :host {
                display: block;
                overflow: auto;
                padding: 1rem;
            }
            ol {
                list-style: none;
                margin: 1rem 0 0;
                padding: 0;
                display: grid;
                gap: 0.75rem;
                max-inline-size: 50rem;
            }
            li {
                background: var(--surface);
                border: 1px solid var(--line);
                border-radius: var(--round);
                padding: 0.75rem;
                display: grid;
                gap: 0.4rem;
            }
        `]}connectedCallback(){super.connectedCallback(),queueMicrotask(()=>{this.read()})}async read(){try{this.drafts=(await this.desk.read("/v1/drafts")).drafts,this.problem=""}catch(e){e instanceof w&&(this.problem=o.refused(e.message))}}async copy(e){try{await navigator.clipboard.writeText(e.text),this.said=o.copied}catch{this.said=o.notCopied;let s=this.renderRoot.querySelector(`[data-draft="${e.id}"]`);s&&getSelection()?.selectAllChildren(s)}}render(){let e=this.drafts??[];return l`<h2>${o.drafts}</h2>
            <p class="quiet">${o.draftsHint}</p>
            <p role="status" class="quiet">${this.problem||this.said}</p>
            ${this.drafts!==null&&e.length===0?l`<p>${o.noDrafts}</p>`:""}
            <ol>
                ${e.map(s=>l`<li>
                            <div class="bar">
                                <span class="chip">${o.draftKinds[s.kind]}</span>
                                <bdi class="grow">${u(s.island)} · ${u(s.snippet)}</bdi>
                                <button
                                    @click=${()=>this.copy(s)}
                                    aria-label="${o.copy}, ${o.draftKinds[s.kind]}, ${u(s.snippet)}"
                                >
                                    ${o.copy}
                                </button>
                            </div>
                            <p class="words" dir="auto" data-draft=${s.id}>${$(s.text)}</p>
                            <p class="quiet">${o.draftBy(s.by,L(s.at))}</p>
                        </li>`)}
            </ol>`}};customElements.define("skerry-drafts",Ye);var Xe=class extends v{static{this.styles=[k,b`
            dialog {
                gap: 0.8rem;
            }
            dialog[open] {
                display: grid;
            }
            dl {
                display: grid;
                grid-template-columns: max-content 1fr;
                gap: 0.35rem 1rem;
                margin: 0;
            }
            dd {
                margin: 0;
            }
            kbd {
                margin: 0;
            }
            .settings {
                display: grid;
                grid-template-columns: max-content 1fr;
                gap: 0.5rem 1rem;
                align-items: center;
                border-block-start: 1px solid var(--line);
                padding-block-start: 0.8rem;
            }
        `]}show(){this.dialog?.showModal()}get dialog(){return this.renderRoot.querySelector("dialog")}render(){let t=e=>e.target.value;return l`<dialog aria-labelledby="title">
            <h2 id="title">${o.help}</h2>
            <dl>
                ${o.keys.map(([e,s])=>l`<dt><kbd>${e}</kbd></dt><dd>${s}</dd>`)}
            </dl>
            <p class="quiet">${o.keysHint}</p>
            <div class="settings">
                <label for="keys">${o.singleKeys}</label>
                <input
                    id="keys"
                    type="checkbox"
                    .checked=${ue()}
                    @change=${e=>Tt(e.target.checked)}
                />
                <label for="theme">${o.theme}</label>
                <select id="theme" @change=${e=>_t(t(e))}>
                    ${Oe.map(e=>l`<option value=${e} ?selected=${e===ze()}>${o.themes[e]}</option>`)}
                </select>
                <label for="direction">${o.direction}</label>
                <select id="direction" @change=${e=>Et(t(e))}>
                    ${Ne.map(e=>l`<option value=${e} ?selected=${e===Be()}>${o.directions[e]}</option>`)}
                </select>
            </div>
            <form method="dialog"><button class="main">${o.close}</button></form>
        </dialog>`}};customElements.define("skerry-help",Xe);var Je=class extends v{static{this.properties={desk:{attribute:!1}}}static{this.styles=[k,b`
            nav {
                display: flex;
                flex-wrap: wrap;
                gap: 0.3rem;
                padding: 0.5rem;
                border-block-end: 1px solid var(--line);
                max-block-size: 9.5rem;
                overflow: auto;
            }
            button {
                text-align: start;
                line-height: 1.25;
                padding: 0.25rem 0.6rem;
                max-inline-size: 100%;
            }
            button[aria-pressed="true"] {
                background: var(--chosen);
                border-color: var(--accent);
                box-shadow: inset 0 0 0 1px var(--accent);
            }
            .name {
                font-weight: 600;
                overflow-wrap: anywhere;
            }
            .load {
                display: block;
                font-size: 0.75rem;
                color: var(--quiet);
            }
            .load .late {
                font-weight: 600;
                background: none;
            }
            :host([dock]) nav {
                flex-wrap: nowrap;
                padding: 0.3rem;
            }
            :host([dock]) button {
                flex: none;
                max-inline-size: 14rem;
            }
            @media (forced-colors: active) {
                button[aria-pressed="true"] {
                    outline: 2px solid Highlight;
                }
            }
        `]}constructor(){super(),new A(this)}render(){let t=this.desk.queue.lanes(R()),e=t.reduce((a,c)=>({lane:"",tickets:a.tickets+c.tickets,late:a.late+c.late,oldest:c.oldest<a.oldest?c.oldest:a.oldest}),{lane:"",tickets:0,late:0,oldest:"~"}),s=this.desk.lane,i=s!==""&&!t.some(a=>a.lane===s),n={lane:s,tickets:0,late:0,oldest:""};return l`<nav aria-label=${o.lanes}>
            ${t.length>1||s!==""?this.button(e,o.allLanes):""}
            ${t.map(a=>this.button(a,u(a.lane,63)))} ${i?this.button(n,u(s,63)):""}
        </nav>`}button(t,e){let s=_((R()-Date.parse(t.oldest))/1e3);return l`<button
            aria-pressed=${t.lane===this.desk.lane?"true":"false"}
            @click=${()=>this.desk.showLane(t.lane)}
        >
            <span class="name" dir="auto">${e}</span>
            <span class="load">
                ${o.laneLoad(t.tickets,0,s)}${t.late>0?l`, <span class="late">${o.late(t.late)}</span>`:""}
            </span>
        </button>`}};customElements.define("skerry-lanes",Je);var Bt={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},Kt=r=>(...t)=>({_$litDirective$:r,values:t}),xe=class{constructor(t){}get _$AU(){return this._$AM._$AU}_$AT(t,e,s){this._$Ct=t,this._$AM=e,this._$Ci=s}_$AS(t,e){return this.update(t,e)}update(t,e){return this.render(...e)}};var{I:Ks}=St,Wt=r=>r;var Qt=()=>document.createComment(""),j=(r,t,e)=>{let s=r._$AA.parentNode,i=t===void 0?r._$AB:t._$AA;if(e===void 0){let n=s.insertBefore(Qt(),i),a=s.insertBefore(Qt(),i);e=new Ks(n,a,r,r.options)}else{let n=e._$AB.nextSibling,a=e._$AM,c=a!==r;if(c){let d;e._$AQ?.(r),e._$AM=r,e._$AP!==void 0&&(d=r._$AU)!==a._$AU&&e._$AP(d)}if(n!==i||c){let d=e._$AA;for(;d!==n;){let h=Wt(d).nextSibling;Wt(s).insertBefore(d,i),d=h}}}return e},D=(r,t,e=r)=>(r._$AI(t,e),r),Ws={},jt=(r,t=Ws)=>r._$AH=t,Vt=r=>r._$AH,Se=r=>{r._$AR(),r._$AA.remove()};var Ft=(r,t,e)=>{let s=new Map;for(let i=t;i<=e;i++)s.set(r[i],i);return s},Gt=Kt(class extends xe{constructor(r){if(super(r),r.type!==Bt.CHILD)throw Error("repeat() can only be used in text expressions")}dt(r,t,e){let s;e===void 0?e=t:t!==void 0&&(s=t);let i=[],n=[],a=0;for(let c of r)i[a]=s?s(c,a):a,n[a]=e(c,a),a++;return{values:n,keys:i}}render(r,t,e){return this.dt(r,t,e).values}update(r,[t,e,s]){let i=Vt(r),{values:n,keys:a}=this.dt(t,e,s);if(!Array.isArray(i))return this.ut=a,n;let c=this.ut??=[],d=[],h,m,p=0,g=i.length-1,y=0,x=n.length-1;for(;p<=g&&y<=x;)if(i[p]===null)p++;else if(i[g]===null)g--;else if(c[p]===a[y])d[y]=D(i[p],n[y]),p++,y++;else if(c[g]===a[x])d[x]=D(i[g],n[x]),g--,x--;else if(c[p]===a[x])d[x]=D(i[p],n[x]),j(r,d[x+1],i[p]),p++,x--;else if(c[g]===a[y])d[y]=D(i[g],n[y]),j(r,i[p],i[g]),g--,y++;else if(h===void 0&&(h=Ft(a,y,x),m=Ft(c,p,g)),h.has(c[p]))if(h.has(c[g])){let C=m.get(a[y]),_e=C!==void 0?i[C]:null;if(_e===null){let ot=j(r,i[p]);D(ot,n[y]),d[y]=ot}else d[y]=D(_e,n[y]),j(r,i[p],_e),i[C]=null;y++}else Se(i[g]),g--;else Se(i[p]),p++;for(;y<=x;){let C=j(r,d[x+1]);D(C,n[y]),d[y++]=C}for(;p<=g;){let C=i[p++];C!==null&&Se(C)}return this.ut=a,jt(r,d),q}});function I(r,t){return Object.hasOwn(r,t)?r[t]:void 0}var T=84,Yt=6,Qs=60,Ze=class extends v{constructor(){super();this.chosenAt=-1;this.beforeRow="";this.first=0;this.shift=0;this.resizing=new ResizeObserver(()=>this.requestUpdate());this.isNewlyChosen=!1;this.onScroll=()=>{this.firstSeen()!==this.first&&this.requestUpdate()};this.onKey=e=>{let s=this.desk.rows,i=Math.max(1,Math.floor((this.box?.clientHeight??T)/T)-1),n={ArrowDown:1,ArrowUp:-1,PageDown:i,PageUp:-i,Home:-s.length,End:s.length}[e.key];if(e.key==="Enter")this.dispatchEvent(new CustomEvent("open-row",{bubbles:!0,composed:!0}));else if(n!==void 0&&!e.ctrlKey&&!e.metaKey&&!e.altKey)this.desk.move(n);else return;e.preventDefault()};new A(this)}static{this.properties={desk:{attribute:!1}}}static{this.styles=[k,b`
            :host {
                display: block;
                min-block-size: 0;
                flex: 1;
                position: relative;
            }
            .list {
                position: absolute;
                inset: 0;
                overflow: auto;
                overflow-anchor: none;
                contain: strict;
            }
            .list:focus-visible {
                outline-offset: -3px;
            }
            .list:focus-visible:has([aria-selected="true"]) {
                outline: none;
            }
            .list:focus-visible [aria-selected="true"] {
                outline: 3px solid var(--accent);
                outline-offset: -3px;
            }
            .space {
                position: relative;
                overflow: hidden;
            }
            .row {
                block-size: ${T}px;
                padding: 0.4rem 0.65rem;
                border-block-end: 1px solid var(--line);
                border-inline-start: 4px solid transparent;
                display: grid;
                grid-template-rows: auto 1fr;
                gap: 0.2rem;
                overflow: hidden;
                cursor: pointer;
                contain: strict;
            }
            .row:hover {
                background: var(--raised);
            }
            .row[aria-selected="true"] {
                background: var(--chosen);
                border-inline-start-color: var(--accent);
            }
            .top {
                /* A screen reader says the question first. */
                order: -1;
                display: flex;
                gap: 0.4rem;
                align-items: center;
                white-space: nowrap;
                min-inline-size: 0;
            }
            .top {
                font-size: 0.75rem;
                color: var(--quiet);
            }
            .lane {
                overflow: hidden;
                text-overflow: ellipsis;
                flex: 1;
            }
            .time {
                font-variant-numeric: tabular-nums;
                font-size: 0.75rem;
            }
            .question {
                overflow: hidden;
                display: -webkit-box;
                -webkit-box-orient: vertical;
                -webkit-line-clamp: 2;
                overflow-wrap: anywhere;
                line-height: 1.4;
                align-self: start;
            }
            .top .chip {
                font-size: 0.75rem;
                white-space: nowrap;
                flex: none;
            }
            .owner {
                max-inline-size: 8rem;
                overflow: hidden;
                text-overflow: ellipsis;
                display: inline-block;
            }
            .count {
                font-weight: 600;
                color: var(--text);
            }
            .empty {
                padding: 1.5rem 1rem;
                color: var(--quiet);
            }
            @media (forced-colors: active) {
                .row[aria-selected="true"] {
                    outline: 2px solid Highlight;
                    outline-offset: -2px;
                }
            }
        `]}connectedCallback(){super.connectedCallback(),this.resizing.observe(this)}disconnectedCallback(){super.disconnectedCallback(),this.resizing.disconnect()}focus(){this.box?.focus()}get box(){return this.renderRoot.querySelector(".list")}willUpdate(e){super.willUpdate(e);let s=this.desk.rows.findIndex(d=>d.row===this.desk.row),i=this.desk.row===this.beforeRow&&s>=0&&this.chosenAt>=0&&s!==this.chosenAt,n=this.box,a=n===null?0:this.chosenAt*T-n.scrollTop,c=n!==null&&a>-T&&a<n.clientHeight;this.shift=i&&c?(s-this.chosenAt)*T:0,this.isNewlyChosen=this.desk.row!==this.beforeRow&&s>=0,(this.desk.row!==this.beforeRow||s>=0)&&(this.chosenAt=s),this.beforeRow=this.desk.row}updated(e){super.updated(e);let s=this.box,i=this.renderRoot.querySelector(".space"),n=this.renderRoot.querySelector(".part");if(!(s===null||i===null||n===null)){if(i.style.blockSize=`${this.desk.rows.length*T}px`,n.style.transform=`translateY(${this.first*T}px)`,this.shift!==0&&(s.scrollTop+=this.shift),this.isNewlyChosen){let a=this.chosenAt*T;a<s.scrollTop?s.scrollTop=a:a+T>s.scrollTop+s.clientHeight&&(s.scrollTop=a+T-s.clientHeight)}this.firstSeen()!==this.first&&this.requestUpdate()}}firstSeen(){return Math.max(0,Math.floor((this.box?.scrollTop??0)/T)-Yt)}choose(e){this.desk.choose(e),this.dispatchEvent(new CustomEvent("open-row",{bubbles:!0,composed:!0}))}render(){let{rows:e,row:s,view:i,isRead:n}=this.desk;this.first=this.firstSeen();let a=Math.ceil((this.clientHeight||800)/T)+2*Yt,c=e.slice(this.first,this.first+a),d=i==="answered"?o.emptyAnswered:n?o.emptyQueue:o.reading,h=c.some(m=>m.row===s);return e.length===0?l`<p class="empty" tabindex="-1">${d}</p>`:l`<div
            class="list"
            role="listbox"
            tabindex="0"
            aria-label=${o.queue}
            aria-activedescendant=${h?`row-${s}`:""}
            @scroll=${this.onScroll}
            @keydown=${this.onKey}
        >
            <div class="space" role="presentation">
                <div class="part" role="presentation">
                    ${Gt(c,m=>m.row,(m,p)=>this.row(m,this.first+p,e.length))}
                </div>
            </div>
        </div>`}row(e,s,i){let n=this.desk.view==="answered"?null:W(e.due),a=n===null?"":n<0?o.over(_(n)):o.left(_(n)),c=n===null?"":n<0?"late":n<Qs?"soon":"",d=e.claimed_by!==""&&e.claimed_by===this.desk.me?.name,h=e.claimed_by===""?"":d?o.yours:o.claimedBy(e.claimed_by),m=I(o.kinds,e.kind)??"";return l`<div
            class="row"
            role="option"
            id="row-${e.row}"
            data-row=${e.row}
            aria-selected=${e.row===this.desk.row?"true":"false"}
            aria-setsize=${i}
            aria-posinset=${s+1}
            @click=${()=>this.choose(e.row)}
        >
            <span class="question" dir="auto">${u(e.text)}</span>
            <span class="top">
                ${e.count>1?l`<span class="chip count">${o.viewers(e.count)}</span>`:""}
                ${m===""?"":l`<span class="chip late">${m}</span>`}
                ${h===""?"":l`<span class="chip owner ${d?"good":""}">${h}</span>`}
                <span class="lane"><bdi>${u(e.lane,63)}</bdi> · <bdi>${u(e.island,127)}</bdi></span>
                ${a===""?"":l`<span class="chip time ${c}">${a}</span>`}
            </span>
        </div>`}};customElements.define("skerry-queue",Ze);var et=class extends v{constructor(){super();this.onInput=e=>this.desk.write(e.target.value);new A(this)}static{this.properties={desk:{attribute:!1}}}static{this.styles=[k,b`
            :host {
                display: block;
                border-block-start: 1px solid var(--line);
                background: var(--surface);
                padding: 0.6rem 1rem 0.75rem;
            }
            .box {
                display: grid;
                gap: 0.45rem;
                max-inline-size: 56rem;
            }
            textarea {
                min-block-size: 3.4rem;
                max-block-size: 40vh;
                field-sizing: content;
                resize: vertical;
                overflow-wrap: anywhere;
            }
            label.all {
                display: inline-flex;
                align-items: center;
                gap: 0.4rem;
                font-weight: 600;
            }
            .count {
                font-size: 0.75rem;
            }
            .problem {
                color: var(--late);
                font-size: 0.875rem;
            }
        `]}focus(){this.field?.focus()}get field(){return this.renderRoot.querySelector("textarea")}updated(e){super.updated(e);let{field:s}=this;if(s===null||s.value===this.desk.text)return;let{selectionStart:i,selectionEnd:n,value:a}=s;s.value=this.desk.text,a!==""&&this.desk.text.startsWith(a)&&s.setSelectionRange(i,n)}ask(e){this.dispatchEvent(new CustomEvent(e,{bubbles:!0,composed:!0}))}render(){let{desk:e}=this,{text:s,isSending:i,isOthers:n,problem:a,opened:c}=e,d=e.chosen?.count??1,h=s.length>B,m=i||n||c===null||h||s.trim()==="",p=s.length>B/2?o.characters(s.length,B):"";return l`<section class="box" aria-label=${o.reply}>
            <div class="bar">
                <label for="reply" class="grow">${o.reply}<kbd>e</kbd></label>
                ${d>1?l`<label class="all">
                          <input
                              type="checkbox"
                              .checked=${e.forAll}
                              @change=${g=>e.setForAll(g.target.checked)}
                          />
                          ${o.forAll(d)}
                      </label>`:""}
            </div>
            <textarea
                id="reply"
                dir="auto"
                rows="2"
                placeholder=${o.replyHint}
                aria-invalid=${h?"true":"false"}
                @input=${this.onInput}
            ></textarea>
            <div role="alert" class="problem">${h?o.tooLong:a}</div>
            <div class="bar">
                <button class="main send" ?disabled=${m} @click=${()=>e.send()}>
                    ${i?o.sending:o.send}<kbd>Ctrl+Enter</kbd>
                </button>
                <button class="send-resolve" ?disabled=${m} @click=${()=>e.send({resolve:!0})}>
                    ${o.sendAndResolve}
                </button>
                <button class="resolve" ?disabled=${n||c===null} @click=${()=>this.ask("ask-resolve")}>
                    ${o.resolve}<kbd>r</kbd>
                </button>
                <span class="grow quiet count">${p}</span>
                <button class="plain" ?disabled=${s.trim()===""||c===null} @click=${()=>this.ask("make-incident")}>
                    ${o.incident}
                </button>
            </div>
        </section>`}};customElements.define("skerry-reply",et);var tt=class extends v{constructor(){super();this.signIn=e=>{e.preventDefault();let i=this.renderRoot.querySelector("input")?.value.trim()??"";i!==""&&this.desk.signIn(i)};new A(this)}static{this.properties={desk:{attribute:!1}}}static{this.styles=[k,b`
            main {
                max-inline-size: 26rem;
                margin: 12vh auto 0;
                padding: 1.5rem;
                background: var(--surface);
                border: 1px solid var(--line);
                border-radius: 12px;
                display: grid;
                gap: 0.9rem;
            }
            form,
            label {
                display: grid;
                gap: 0.5rem;
            }
            h1 {
                font-size: 1.25rem;
            }
            .problem {
                padding: 0.5rem 0.75rem;
                border: 1px solid var(--late);
                border-radius: var(--round);
            }
        `]}firstUpdated(){this.renderRoot.querySelector("input")?.focus()}render(){let{problem:e}=this.desk;return l`<main>
            <h1>${o.title}</h1>
            <div role="alert">${e===""?"":l`<p class="problem late">${e}</p>`}</div>
            <form @submit=${this.signIn}>
                <label for="token">${o.token}</label>
                <input id="token" type="password" required autocomplete="off" spellcheck="false" aria-describedby="hint" />
                <button class="main">${o.signIn}</button>
                <p class="quiet" id="hint">${o.tokenHint}</p>
            </form>
        </main>`}};customElements.define("skerry-sign-in",tt);var Xt={already_asked:"Ignored: people have a ticket with nearly equal words from the same public chat.",ambiguous:"Clarified: no answer is sure, but it is likely that one of the options is right ([offers] floor).",asked_for_person:'Escalated: the viewer asked for a person ("want": "person"), so the machine did not judge the question.',chatter:"Ignored: a line of a stream's public chat that asks the event's team for nothing.",clarify_streak:"Escalated: too many questions of the session in a row were clarified (max_clarify_streak).",confident:"Answered: the confidence of the best snippet reaches the threshold.",config:"The configuration cannot be used.",cooling_down:"Ignored: the same answer was posted in this chat a moment ago (cool_down_s).",exact:"Answered: the question is one of the author's examples, word for word.",harm:"Escalated: the message probably tells of harm to somebody, or of fraud, so no machine answers it.",harm_possible:"Escalated: the message may tell of harm to somebody, or of fraud. The ticket has the flag possible_safety or possible_fraud.",hash_mismatch:"The bytes are not those that signed metadata lists.",human_active:"Escalated: this session belongs to people, so the machine does not answer in it.",incident:"Escalated: far more viewers than usual ask for this snippet, so its answer may no longer be right.",language_unsupported:"Escalated: the question is not in English, and no example of the island is similar to it.",length_mismatch:"There are more or fewer bytes than signed metadata lists.",low_confidence:"Escalated: a snippet is likely, but its confidence is below the threshold.",metadata_expired:"Signed metadata has expired.",metadata_invalid:"Signed metadata or an island breaks a rule of the format.",model_mismatch:"The island was compiled with another encoder than the one on this PoP.",model_selftest_failed:"The model on this PoP gives other results for the island's golden questions than at the publisher.",model_unavailable:"Escalated: triage failed on this question.",never_automate:'Escalated: the likely snippet has automation = "never".',none_of_these:"Escalated: the viewer picked none of the snippets that were offered. A new ticket has them in refused.",not_a_viewer:"Ignored: a bot or the tenant's own staff wrote it.",out_of_scope:"Escalated: no snippet is likely.",out_of_scope_budget:"Ignored: no snippet is about it, and people have had as many such questions of this minute from the stream's chat as the island allows.",parts:"Answered or clarified: the message asks for several things, and each has a likely snippet.",picked:"Answered: the viewer picked this snippet from those that were offered.",posted:"Escalated: the tenant's own system posted the message for people (POST /v1/tickets).",ramp:"Clarified: the drop has just begun, and choices and trees come before people ([ramp]).",repeated_answer:"Escalated: the session would get the same answer too often in a row (max_repeats).",review_required:'Escalated: the likely snippet has automation = "review", or a route asks for a review.',rollback:"Signed metadata or an island is older than what this PoP has already seen.",solved_waiting:"Answered: the viewer picked this snippet while waiting for a person, and the ticket is taken back.",surge:"Escalated: people cannot keep up, so the viewer is promised a callback instead of a place in the queue.",tree:"Answered: a step of a decision tree, or the answer at its end.",unreachable:"Another machine did not answer as it should."};var st=class extends v{static{this.properties={candidate:{attribute:!1},number:{type:Number}}}static{this.styles=[k,b`
            :host {
                display: block;
            }
            article {
                background: var(--surface);
                border: 1px solid var(--line);
                border-radius: var(--round);
                padding: 0.6rem 0.75rem;
                display: grid;
                gap: 0.45rem;
            }
            .name {
                font-weight: 600;
                overflow-wrap: anywhere;
            }
            .script {
                border-inline-start: 3px solid var(--soon);
                padding-inline-start: 0.6rem;
            }
            .translation {
                border-inline-start: 3px solid var(--good);
                padding-inline-start: 0.6rem;
                display: grid;
                gap: 0.3rem;
            }
            .answer {
                line-height: 1.5;
            }
        `]}ask(t){this.dispatchEvent(new CustomEvent(t,{bubbles:!0,composed:!0,detail:this.number}))}render(){let{candidate:t,number:e}=this,s=t.confidence===null?"":o.confidence(`${Math.round(t.confidence*100)} %`),i=t.automation==="review"||t.automation==="never";return l`<article aria-labelledby="name">
            <div class="bar">
                <h3 class="name" id="name"><bdi>${u(t.snippet,63)}</bdi></h3>
                ${s===""?"":l`<span class="chip">${s}</span>`}
                ${i?l`<span class="chip">${o.personOnly}</span>`:""}
                <span class="grow"></span>
                <button ?disabled=${re(t)===""} @click=${()=>this.ask("insert-answer")}>
                    ${o.insert}<kbd>${e}</kbd><span class="unseen">${u(t.snippet,63)}</span>
                </button>
                <button class="plain" @click=${()=>this.ask("add-example")}>
                    ${o.addExample}<span class="unseen">${u(t.snippet,63)}</span>
                </button>
            </div>
            ${t.translation===null?"":js(t.translation)}
            ${t.answer===""?l`<p class="quiet">${o.noAnswer}</p>`:l`<p class="words answer" dir="auto">${$(t.answer)}</p>`}
            ${t.script===""?"":l`<div class="script">
                      <p class="quiet">${o.script}</p>
                      <p class="words" dir="auto">${$(t.script)}</p>
                  </div>`}
            ${t.nearest===""?"":l`<p class="quiet">${o.nearest}: <bdi class="words">${u(t.nearest)}</bdi></p>`}
            ${t.approvedBy===""?"":l`<p class="quiet">
                      <bdi>${o.approved(u(t.approvedBy,100),L(t.approvedAt,"date"),t.revision)}</bdi>
                  </p>`}
        </article>`}};function js(r){return l`<div class="translation">
        <p class="quiet">${o.translation(u(r.locale,35))}</p>
        <p class="words answer" dir="auto">${$(r.answer)}</p>
        <p class="quiet"><bdi>${o.approved(u(r.approvedBy,100),L(r.approvedAt,"date"),null)}</bdi></p>
    </div>`}customElements.define("skerry-candidate",st);var Jt=b`
    :host {
        display: grid;
        gap: 0.9rem;
        align-content: start;
        padding: 0.9rem 1rem 1.5rem;
        overflow: auto;
        min-block-size: 0;
        grid-template-columns: minmax(0, 1fr);
    }
    section,
    header {
        display: grid;
        gap: 0.45rem;
        grid-template-columns: minmax(0, 1fr);
        max-inline-size: 56rem;
    }
    section > h2 {
        font-size: 0.8125rem;
        color: var(--quiet);
        font-weight: 600;
    }
    .question {
        font-size: 1.2rem;
        line-height: 1.4;
        font-weight: 600;
    }
    .box,
    .turns li {
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--round);
        padding: 0.5rem 0.75rem;
    }
    .turns {
        list-style: none;
        padding: 0;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.4rem;
    }
    .care {
        color: var(--late);
        background: var(--late-ground);
        border: 1px solid var(--late);
        border-radius: var(--round);
        padding: 0.5rem 0.75rem;
    }
    .care > h2 {
        color: inherit;
    }
    .gone {
        border: 1px solid var(--soon);
        border-radius: var(--round);
        color: var(--soon);
        background: var(--soon-ground);
        padding: 0.4rem 0.75rem;
    }
    .deadline {
        font-variant-numeric: tabular-nums;
        font-weight: 600;
    }
    ol {
        margin: 0;
        padding-inline-start: 1.5rem;
    }
    dl {
        display: grid;
        grid-template-columns: fit-content(35%) minmax(0, 1fr);
        gap: 0.2rem 1rem;
        margin: 0;
        font-size: 0.875rem;
    }
    dt {
        color: var(--quiet);
        overflow-wrap: anywhere;
        min-inline-size: 0;
    }
    dd {
        margin: 0;
    }
    details {
        max-inline-size: 56rem;
        font-size: 0.875rem;
    }
    details > * {
        margin-block-start: 0.5rem;
    }
    summary {
        cursor: pointer;
        color: var(--quiet);
        margin-block-start: 0;
    }
    .empty {
        color: var(--quiet);
        padding: 2rem 0;
    }
`;var Vs=60,rt=class extends v{constructor(){super();this.shownRow="";new A(this)}static{this.properties={desk:{attribute:!1}}}static{this.styles=[k,Jt]}updated(e){super.updated(e),this.shownRow!==this.desk.row&&(this.scrollTop=0),this.shownRow=this.desk.row}render(){let{opened:e,row:s,openProblem:i}=this.desk;if(s==="")return l`<p class="empty">${o.noTicket}</p>`;if(e===null)return l`<p class="empty" role="status">${i===""?o.loading:o.refused(i)}</p>`;let{ticket:n}=e;return l`${this.head(e)} ${Fs(n)}
            <section aria-labelledby="asked">
                <h2 id="asked" class="unseen">${o.question}</h2>
                <p class="words question" dir="auto">${$(n.text)}</p>
            </section>
            ${Gs(n)} ${this.replied(e)} ${this.candidates(n)} ${Ys(n)} ${Xs(n)} ${Js(n)}
            ${Zs(n)} ${er(e)}`}head(e){let{about:s,ticket:i}=e,n=this.desk.chosen,a=n?.count??1,c=this.desk.view==="open"&&this.desk.isListed,d=c?W(s.due):null,h=I(o.kinds,i.kind),m=Date.parse(s.received);return l`<header>
            <div class="bar">
                ${h?l`<span class="chip late">${h}</span>`:""}
                ${d===null?"":l`<span class="chip deadline ${d<0?"late":d<Vs?"soon":""}">
                          ${d<0?o.over(_(d)):o.left(_(d))}
                      </span>`}
                ${c?l`<span class="chip">${o.waiting(_((R()-m)/1e3))}</span>`:""}
                ${a>1?l`<strong class="chip">${o.asks(a)}</strong>`:""}
                <span class="grow"></span>
                ${this.claimed(e,c)}
            </div>
            ${c||this.desk.view==="answered"?"":l`<p class="gone" role="status">${o.gone}</p>`}
            ${a>1&&!this.desk.forAll?this.members(n?.tickets.length??1):""}
        </header>`}claimed(e,s){let{desk:i}=this;if(!s)return"";let n=L(e.about.claimed_until,"clock");return i.isOthers?l`<span class="chip soon" id="owner">${o.othersUntil(i.owner,n)}</span>`:i.owner===""?l`<span class="quiet" id="owner">${o.nobody}</span>
                <button @click=${()=>i.claim()}>${o.claim}<kbd>c</kbd></button>`:l`<span class="chip good" id="owner">${o.yoursUntil(n)}</span>
            <button @click=${()=>i.release()}>${o.release}<kbd>x</kbd></button>`}members(e){return l`<div class="bar">
            <button aria-label=${o.viewerBefore} @click=${()=>this.desk.showMember(-1)}>−</button>
            <span>${o.viewerOf(this.desk.member+1,e)}</span>
            <button aria-label=${o.nextViewer} @click=${()=>this.desk.showMember(1)}>+</button>
        </div>`}replied({about:e}){return e.reply===""?"":l`<section aria-labelledby="replied">
            <h2 id="replied">${o.sentReply}</h2>
            <p class="words box" dir="auto">${$(e.reply)}</p>
        </section>`}candidates(e){return l`<section aria-labelledby="suggested">
            <h2 id="suggested">${o.suggestions}</h2>
            ${e.candidates.length===0?l`<p class="quiet">${o.noSuggestions}</p>`:""}
            ${e.candidates.map((s,i)=>l`<skerry-candidate .candidate=${s} .number=${i+1}></skerry-candidate>`)}
        </section>`}};function Fs(r){let t=I(o.kindNotice,r.kind)??"";return t===""&&r.harm.length===0?"":l`<section class="care" aria-labelledby="care">
        <h2 id="care">${o.harmNotice}</h2>
        ${r.harm.map(([e,s])=>l`<p>${o.harmOf(I(o.harm,e)??u(e),`${Math.round(s*100)} %`)}</p>`)}
        ${t===""?"":l`<p>${t}</p>`}
    </section>`}function Gs(r){let t=Zt(r.because);return l`<section aria-labelledby="why">
        <h2 id="why">${o.why}</h2>
        <p><bdi>${Zt(r.reason)||u(r.reason,63)}</bdi></p>
        ${t===""?"":l`<p class="quiet">${o.because(t)}</p>`}
        <div class="bar">
            ${r.promisedWaitS===null?"":l`<span class="chip">${o.promised(_(r.promisedWaitS))}</span>`}
            ${r.joins===""?"":l`<span class="chip">${o.followsUp}</span>`}
            ${r.languages.length<2?"":l`<span class="chip">
                      ${o.languages(u(r.languages[0]??"",35),u(r.languages[1]??"",35))}
                  </span>`}
            ${r.flags.map(e=>l`<span class="chip"><bdi>${u(e,80)}</bdi></span>`)}
        </div>
        ${es(o.refusedOffers,r.refused.join(", "))} ${es(o.picked,r.picked)}
    </section>`}function Zt(r){let t=(I(Xt,r)??"").replace(/^[^:.]{1,40}: /,"");return t.charAt(0).toUpperCase()+t.slice(1)}function es(r,t){return t===""?"":l`<p class="quiet">${r}: <bdi class="words">${u(t)}</bdi></p>`}function Ys({path:r,typed:t}){return r.length===0?"":l`<section aria-labelledby="path">
        <h2 id="path">${o.path}</h2>
        <ol>
            ${r.map(e=>l`<li>
                        <span class="words" dir="auto">${$(e.say)}</span>
                        <p class="quiet"><bdi class="words">${o.pressed($(e.label))}</bdi></p>
                    </li>`)}
        </ol>
        ${t===null?"":l`<p><bdi class="words">${o.typed(u(t.name,63),u(t.value),t.isPersonal)}</bdi></p>`}
    </section>`}function Xs({parts:r}){return r.length===0?"":l`<section aria-labelledby="parts">
        <h2 id="parts">${o.parts}</h2>
        <ol>
            ${r.map(t=>l`<li class="words" dir="auto">${$(t.text)} <bdi class="quiet">${u(t.snippet)}</bdi></li>`)}
        </ol>
    </section>`}function Js({transcript:r}){return r.length===0?"":l`<section aria-labelledby="transcript">
        <h2 id="transcript">${o.transcript}</h2>
        <ol class="turns">
            ${r.map(t=>l`<li>
                        <p class="words" dir="auto">${$(t.text)}</p>
                        <p class="quiet">
                            ${L(t.at)} · ${I(o.outcomes,t.outcome)??u(t.outcome,40)}
                            <bdi>${u(t.snippet,63)}</bdi>
                        </p>
                    </li>`)}
        </ol>
    </section>`}function Zs({context:r}){return r.length===0?"":l`<section aria-labelledby="context">
        <h2 id="context">${o.context}</h2>
        ${ts(r)}
    </section>`}function ts(r){return l`<dl>
        ${r.filter(([,t])=>t!=="").map(([t,e])=>l`<dt dir="auto">${u(t.replaceAll("_"," "),63)}</dt>
                        <dd class="words" dir="auto">${$(e)}</dd>`)}
    </dl>`}function er({about:r,ticket:t}){return l`<details>
        <summary>${o.facts}</summary>
        ${ts([[o.island,t.island],[o.lane,t.lane],[o.channel,t.channel],[o.locale,t.locale],[o.sourceId,t.sourceId],[o.pop,t.pop],[o.ticket,t.id]])}
        <h2>${o.history}</h2>
        <ol>
            ${r.history.map(e=>l`<li>
                        <bdi>${u(e.who,63)}</bdi> ${I(o.actions,e.action)??u(e.action,63)}
                        <span class="quiet">${L(e.at)}</span>
                    </li>`)}
        </ol>
    </details>`}customElements.define("skerry-ticket",rt);var ss=b`
    :host {
        display: flex;
        flex-direction: column;
        block-size: 100dvh;
        background: var(--ground);
    }
    .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem 0.75rem;
        padding: 0.45rem 0.75rem;
        background: var(--surface);
        border-block-end: 1px solid var(--line);
    }
    .top h1 {
        font-size: 0.9375rem;
    }
    .views {
        display: flex;
        gap: 0.15rem;
        flex-wrap: wrap;
    }
    .views button {
        border-color: transparent;
        border-radius: 0;
        border-block-end: 3px solid transparent;
        background: none;
    }
    .views button[aria-current="page"] {
        border-block-end-color: var(--accent);
        font-weight: 600;
    }
    .who {
        max-inline-size: 16rem;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
    }
    .lost {
        padding: 0.4rem 0.75rem;
        border-block-end: 1px solid;
    }
    .said {
        min-inline-size: 0;
        font-size: 0.875rem;
        text-align: center;
    }
    .said:not(:empty) {
        padding: 0.1rem 0.75rem;
        background: var(--good-ground);
        color: var(--good);
        border: 1px solid var(--good);
        border-radius: var(--round);
    }
    main {
        flex: 1;
        min-block-size: 0;
        display: flex;
    }
    .side {
        display: flex;
        flex-direction: column;
        inline-size: clamp(19rem, 30vw, 26rem);
        min-block-size: 0;
        background: var(--surface);
        border-inline-end: 1px solid var(--line);
    }
    .ticket {
        flex: 1;
        min-inline-size: 0;
        min-block-size: 0;
        display: flex;
        flex-direction: column;
    }
    skerry-ticket {
        flex: 1;
    }
    skerry-drafts,
    skerry-board {
        flex: 1;
    }
    .back {
        padding: 0.4rem 0.75rem;
        border-block-end: 1px solid var(--line);
    }
    :host([dock]) .side {
        inline-size: 100%;
        border: 0;
    }
    :host([dock]) .said {
        order: 1;
        flex-basis: 100%;
    }
    :host([dock]) .said:empty {
        display: none;
    }
    :host([dock]) .who {
        display: none;
    }
    :host([dock]) .top h1 {
        position: absolute;
        clip-path: inset(50%);
    }
    :host([dock]) .top {
        gap: 0.2rem;
        padding: 0.2rem 0.3rem;
        justify-content: space-between;
    }
    :host([dock]) .views {
        gap: 0;
    }
    :host([dock]) .views button,
    :host([dock]) .top > button {
        padding: 0.15rem 0.3rem;
        font-size: var(--small);
    }
    dialog[open] {
        display: grid;
        gap: 0.8rem;
    }
    @media (forced-colors: active) {
        .views button[aria-current="page"] {
            border-block-end-color: Highlight;
        }
    }
`;var tr={j:"next",k:"before",c:"claim",x:"release",e:"edit",r:"resolve","?":"help",1:"insert-1",2:"insert-2",3:"insert-3"},sr=new Set(["next","before"]);function rs(r,t,e){let s=rr(r,t,e);return r.repeat&&!sr.has(s)?null:s}function rr(r,t,e){return r.isComposing?null:(r.ctrlKey||r.metaKey)&&r.key==="Enter"?r.shiftKey?"send-resolve":"send":r.ctrlKey||r.metaKey||r.altKey?null:r.key==="Escape"?"leave":t||!e?null:tr[ir(r)]??null}function ir({key:r,code:t,shiftKey:e}){if(/^[a-z0-9?]$/i.test(r))return r.toLowerCase();let s=/^Digit([123])$/.exec(t)??(r>"~"?/^Key([A-Z])$/.exec(t):null);return s!==null&&!e?(s[1]??"").toLowerCase():r==="؟"?"?":r}var nr=new Set(["checkbox","radio","button","submit","reset","range"]);function Ae(r){return r instanceof HTMLInputElement?!nr.has(r.type):r instanceof HTMLTextAreaElement||r instanceof HTMLSelectElement?!0:r instanceof HTMLElement&&r.isContentEditable}var or=["open","answered","drafts","board"],it=matchMedia("(max-width: 700px)"),ar=new Set(["send","send-resolve","resolve"]),lr=6e3,nt=class extends v{constructor(){super();this.desk=new $e;this.isInTicket=!1;this.early={row:"",acts:[]};this.noticeTimer=0;this.noticeShown="";this.onWidth=()=>{this.toggleAttribute("dock",it.matches||new URLSearchParams(location.search).has("dock")),this.requestUpdate()};this.onKey=e=>{let s=e.composedPath()[0];if(!this.desk.isSignedIn||this.hasDialog)return;let i=rs(e,Ae(s),ue());i!==null&&(e.preventDefault(),this.doEarly(),this.do(i,s))};this.resolve=()=>{this.renderRoot.querySelector("dialog")?.close(),this.desk.resolve()};new A(this,()=>this.onChange())}static{this.styles=[k,ss]}connectedCallback(){super.connectedCallback(),me(),it.addEventListener("change",this.onWidth),document.addEventListener("keydown",this.onKey),this.onWidth(),this.desk.start()}disconnectedCallback(){super.disconnectedCallback(),it.removeEventListener("change",this.onWidth),document.removeEventListener("keydown",this.onKey)}get isDock(){return this.hasAttribute("dock")}onChange(){let{desk:e}=this;this.doEarly(),e.notice!==this.noticeShown&&(this.noticeShown=e.notice,window.clearTimeout(this.noticeTimer),this.noticeTimer=window.setTimeout(()=>{e.notice="",e.tell()},lr));let s=e.isSignedIn?e.queue.list("").reduce((i,n)=>i+n.count,0):0;document.title=s>0?`(${s}) ${o.title}`:o.title}updated(e){super.updated(e),this.desk.row===""&&this.isInTicket&&(this.isInTicket=!1,this.requestUpdate())}get hasDialog(){return["skerry-help","skerry-draft"].some(i=>this.renderRoot.querySelector(i)?.renderRoot.querySelector("dialog")?.open)||this.renderRoot.querySelector("dialog")?.open===!0}do(e,s){let{desk:i}=this;if(e==="help")return this.renderRoot.querySelector("skerry-help")?.show();if(e==="leave")return this.leave(s);if(!(i.view!=="open"&&i.view!=="answered")){if(e==="next"||e==="before")return this.move(e==="next"?1:-1);if(e==="edit")return this.edit();if(i.opened===null)return this.keepEarly(e);e==="claim"?i.claim():e==="release"?i.release():e==="resolve"?this.askResolve():e==="send"||e==="send-resolve"?this.send(e==="send-resolve",s):i.insert(Number(e.slice(-1)))}}async send(e,s){let{row:i}=this.desk;await this.desk.send({resolve:e}),!(this.desk.row===i||!Ae(s))&&(s.blur(),this.isDock||this.renderRoot.querySelector("skerry-queue")?.focus())}keepEarly(e){let{row:s}=this.desk;s!==""&&(this.early.row!==s&&(this.early={row:s,acts:[]}),!(this.early.acts.length===0&&ar.has(e))&&this.early.acts.push(e))}doEarly(){let{early:e,desk:s}=this;if(!(e.acts.length===0||e.row===s.row&&s.opened===null)&&(this.early={row:"",acts:[]},e.row===s.row))for(let i of e.acts)this.do(i,null)}move(e){this.desk.move(e),this.isDock||this.renderRoot.querySelector("skerry-queue")?.focus()}edit(){this.renderRoot.querySelector("skerry-reply")?.focus()}leave(e){Ae(e)&&e.blur(),this.showList()}showList(){this.isInTicket=!1,this.requestUpdate(),this.updateComplete.then(()=>this.renderRoot.querySelector("skerry-queue")?.focus())}showTicket(){this.isDock&&(this.isInTicket=!0,this.requestUpdate(),this.updateComplete.then(()=>this.renderRoot.querySelector(".back button")?.focus()))}askResolve(){this.desk.isOthers||this.desk.opened===null||(this.desk.view==="answered"||this.desk.opened.about.reply!==""?this.desk.resolve():this.renderRoot.querySelector("dialog")?.showModal())}askExample(e){let s=this.desk.opened?.ticket;if(!s)return;let i=s.candidates[e-1]?.snippet??"";this.renderRoot.querySelector("skerry-draft")?.ask("example",Z(s.text),i)}render(){let{desk:e}=this;return e.isSignedIn?l`${this.top()} ${this.connection()}
            <main
                @open-row=${()=>this.showTicket()}
                @insert-answer=${s=>e.insert(s.detail)}
                @add-example=${s=>this.askExample(s.detail)}
                @ask-resolve=${()=>this.askResolve()}
                @make-incident=${()=>this.renderRoot.querySelector("skerry-draft")?.ask("incident",e.text)}
            >
                ${this.view()}
            </main>
            <skerry-draft .desk=${e}></skerry-draft>
            <skerry-help></skerry-help>
            <dialog aria-labelledby="sure">
                <h2 id="sure">${o.resolveSure}</h2>
                <p>${o.resolveSureText}</p>
                <form method="dialog" class="bar">
                    <button type="button" class="main" @click=${this.resolve}>${o.resolve}</button>
                    <button>${o.cancel}</button>
                </form>
            </dialog>`:l`<skerry-sign-in .desk=${e}></skerry-sign-in>`}top(){let{desk:e}=this;return l`<header class="top">
            <h1>${o.title}</h1>
            <nav class="views" aria-label=${o.viewsLabel}>
                ${or.map(s=>l`<button aria-current=${e.view===s?"page":"false"} @click=${()=>e.show(s)}>
                            ${o.views[s]}
                        </button>`)}
            </nav>
            <span class="grow said" role="status">${e.notice}</span>
            <bdi class="quiet who">${e.me?o.signedInAs(e.me.name,e.me.tenant,e.me.lane):""}</bdi>
            <button aria-label=${o.help} @click=${()=>this.do("help",null)}><kbd class="alone">?</kbd></button>
            <button class="plain" @click=${()=>e.signOut()}>${o.signOut}</button>
        </header>`}connection(){let{desk:e}=this,s=e.connection==="lost"?o.lost(_((R()-e.lostAt)/1e3)):e.connection==="connecting"&&!e.isRead?o.connecting:"";return l`<div class="lost soon" role="region" aria-label=${o.connection} ?hidden=${s===""}>${s}</div>
            <div class="unseen" role="status">${e.connection==="lost"?o.lostShort:""}</div>`}view(){let{desk:e}=this;if(e.view==="drafts")return l`<skerry-drafts .desk=${e}></skerry-drafts>`;if(e.view==="board")return l`<skerry-board .desk=${e}></skerry-board>`;let s=this.isDock&&this.isInTicket;return l`<div class="side" ?hidden=${s}>
                <skerry-lanes .desk=${e} ?dock=${this.isDock} ?hidden=${e.view!=="open"}></skerry-lanes>
                <skerry-queue .desk=${e}></skerry-queue>
            </div>
            <div class="ticket" ?hidden=${this.isDock&&!s}>
                ${s?l`<div class="back"><button @click=${()=>this.showList()}>${o.back}<kbd>Esc</kbd></button></div>`:""}
                <skerry-ticket .desk=${e}></skerry-ticket>
                <skerry-reply .desk=${e} ?hidden=${e.row===""}></skerry-reply>
            </div>`}};customElements.define("skerry-desk",nt);
