var ie=globalThis,oe=ie.ShadowRoot&&(ie.ShadyCSS===void 0||ie.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,Re=Symbol(),mt=new WeakMap,V=class{constructor(t,e,r){if(this._$cssResult$=!0,r!==Re)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=t,this.t=e}get styleSheet(){let t=this.o,e=this.t;if(oe&&t===void 0){let r=e!==void 0&&e.length===1;r&&(t=mt.get(e)),t===void 0&&((this.o=t=new CSSStyleSheet).replaceSync(this.cssText),r&&mt.set(e,t))}return t}toString(){return this.cssText}},ft=s=>new V(typeof s=="string"?s:s+"",void 0,Re),b=(s,...t)=>{let e=s.length===1?s[0]:t.reduce((r,n,i)=>r+(a=>{if(a._$cssResult$===!0)return a.cssText;if(typeof a=="number")return a;throw Error("Value passed to 'css' function must be a 'css' function result: "+a+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(n)+s[i+1],s[0]);return new V(e,s,Re)},gt=(s,t)=>{if(oe)s.adoptedStyleSheets=t.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let e of t){let r=document.createElement("style"),n=ie.litNonce;n!==void 0&&r.setAttribute("nonce",n),r.textContent=e.cssText,s.appendChild(r)}},Pe=oe?s=>s:s=>s instanceof CSSStyleSheet?(t=>{let e="";for(let r of t.cssRules)e+=r.cssText;return ft(e)})(s):s;var{is:yr,defineProperty:wr,getOwnPropertyDescriptor:vr,getOwnPropertyNames:br,getOwnPropertySymbols:kr,getPrototypeOf:$r}=Object,ae=globalThis,yt=ae.trustedTypes,xr=yt?yt.emptyScript:"",Sr=ae.reactiveElementPolyfillSupport,F=(s,t)=>s,Ce={toAttribute(s,t){switch(t){case Boolean:s=s?xr:null;break;case Object:case Array:s=s==null?s:JSON.stringify(s)}return s},fromAttribute(s,t){let e=s;switch(t){case Boolean:e=s!==null;break;case Number:e=s===null?null:Number(s);break;case Object:case Array:try{e=JSON.parse(s)}catch{e=null}}return e}},vt=(s,t)=>!yr(s,t),wt={attribute:!0,type:String,converter:Ce,reflect:!1,useDefault:!1,hasChanged:vt};Symbol.metadata??=Symbol("metadata"),ae.litPropertyMetadata??=new WeakMap;var P=class extends HTMLElement{static addInitializer(t){this._$Ei(),(this.l??=[]).push(t)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(t,e=wt){if(e.state&&(e.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(t)&&((e=Object.create(e)).wrapped=!0),this.elementProperties.set(t,e),!e.noAccessor){let r=Symbol(),n=this.getPropertyDescriptor(t,r,e);n!==void 0&&wr(this.prototype,t,n)}}static getPropertyDescriptor(t,e,r){let{get:n,set:i}=vr(this.prototype,t)??{get(){return this[e]},set(a){this[e]=a}};return{get:n,set(a){let c=n?.call(this);i?.call(this,a),this.requestUpdate(t,c,r)},configurable:!0,enumerable:!0}}static getPropertyOptions(t){return this.elementProperties.get(t)??wt}static _$Ei(){if(this.hasOwnProperty(F("elementProperties")))return;let t=$r(this);t.finalize(),t.l!==void 0&&(this.l=[...t.l]),this.elementProperties=new Map(t.elementProperties)}static finalize(){if(this.hasOwnProperty(F("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(F("properties"))){let e=this.properties,r=[...br(e),...kr(e)];for(let n of r)this.createProperty(n,e[n])}let t=this[Symbol.metadata];if(t!==null){let e=litPropertyMetadata.get(t);if(e!==void 0)for(let[r,n]of e)this.elementProperties.set(r,n)}this._$Eh=new Map;for(let[e,r]of this.elementProperties){let n=this._$Eu(e,r);n!==void 0&&this._$Eh.set(n,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(t){let e=[];if(Array.isArray(t)){let r=new Set(t.flat(1/0).reverse());for(let n of r)e.unshift(Pe(n))}else t!==void 0&&e.push(Pe(t));return e}static _$Eu(t,e){let r=e.attribute;return r===!1?void 0:typeof r=="string"?r:typeof t=="string"?t.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(t=>this.enableUpdating=t),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(t=>t(this))}addController(t){(this._$EO??=new Set).add(t),this.renderRoot!==void 0&&this.isConnected&&t.hostConnected?.()}removeController(t){this._$EO?.delete(t)}_$E_(){let t=new Map,e=this.constructor.elementProperties;for(let r of e.keys())this.hasOwnProperty(r)&&(t.set(r,this[r]),delete this[r]);t.size>0&&(this._$Ep=t)}createRenderRoot(){let t=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return gt(t,this.constructor.elementStyles),t}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(t=>t.hostConnected?.())}enableUpdating(t){}disconnectedCallback(){this._$EO?.forEach(t=>t.hostDisconnected?.())}attributeChangedCallback(t,e,r){this._$AK(t,r)}_$ET(t,e){let r=this.constructor.elementProperties.get(t),n=this.constructor._$Eu(t,r);if(n!==void 0&&r.reflect===!0){let i=(r.converter?.toAttribute!==void 0?r.converter:Ce).toAttribute(e,r.type);this._$Em=t,i==null?this.removeAttribute(n):this.setAttribute(n,i),this._$Em=null}}_$AK(t,e){let r=this.constructor,n=r._$Eh.get(t);if(n!==void 0&&this._$Em!==n){let i=r.getPropertyOptions(n),a=typeof i.converter=="function"?{fromAttribute:i.converter}:i.converter?.fromAttribute!==void 0?i.converter:Ce;this._$Em=n;let c=a.fromAttribute(e,i.type);this[n]=c??this._$Ej?.get(n)??c,this._$Em=null}}requestUpdate(t,e,r,n=!1,i){if(t!==void 0){let a=this.constructor;if(n===!1&&(i=this[t]),r??=a.getPropertyOptions(t),!((r.hasChanged??vt)(i,e)||r.useDefault&&r.reflect&&i===this._$Ej?.get(t)&&!this.hasAttribute(a._$Eu(t,r))))return;this.C(t,e,r)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(t,e,{useDefault:r,reflect:n,wrapped:i},a){r&&!(this._$Ej??=new Map).has(t)&&(this._$Ej.set(t,a??e??this[t]),i!==!0||a!==void 0)||(this._$AL.has(t)||(this.hasUpdated||r||(e=void 0),this._$AL.set(t,e)),n===!0&&this._$Em!==t&&(this._$Eq??=new Set).add(t))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let t=this.scheduleUpdate();return t!=null&&await t,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[n,i]of this._$Ep)this[n]=i;this._$Ep=void 0}let r=this.constructor.elementProperties;if(r.size>0)for(let[n,i]of r){let{wrapped:a}=i,c=this[n];a!==!0||this._$AL.has(n)||c===void 0||this.C(n,void 0,i,c)}}let t=!1,e=this._$AL;try{t=this.shouldUpdate(e),t?(this.willUpdate(e),this._$EO?.forEach(r=>r.hostUpdate?.()),this.update(e)):this._$EM()}catch(r){throw t=!1,this._$EM(),r}t&&this._$AE(e)}willUpdate(t){}_$AE(t){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(t)),this.updated(t)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(t){return!0}update(t){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(t){}firstUpdated(t){}};P.elementStyles=[],P.shadowRootOptions={mode:"open"},P[F("elementProperties")]=new Map,P[F("finalized")]=new Map,Sr?.({ReactiveElement:P}),(ae.reactiveElementVersions??=[]).push("2.1.2");var qe=globalThis,bt=s=>s,le=qe.trustedTypes,kt=le?le.createPolicy("lit-html",{createHTML:s=>s}):void 0,Le="$lit$",C=`lit$${Math.random().toFixed(9).slice(2)}$`,De="?"+C,Ar=`<${De}>`,H=document,Y=()=>H.createComment(""),X=s=>s===null||typeof s!="object"&&typeof s!="function",Oe=Array.isArray,Et=s=>Oe(s)||typeof s?.[Symbol.iterator]=="function",Me=`[ 	
\f\r]`,G=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,$t=/-->/g,xt=/>/g,I=RegExp(`>|${Me}(?:([^\\s"'>=/]+)(${Me}*=${Me}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),St=/'/g,At=/"/g,Tt=/^(?:script|style|textarea|title)$/i,Ie=s=>(t,...e)=>({_$litType$:s,strings:t,values:e}),l=Ie(1),Ms=Ie(2),qs=Ie(3),M=Symbol.for("lit-noChange"),S=Symbol.for("lit-nothing"),_t=new WeakMap,N=H.createTreeWalker(H,129);function Rt(s,t){if(!Oe(s)||!s.hasOwnProperty("raw"))throw Error("invalid template strings array");return kt!==void 0?kt.createHTML(t):t}var Pt=(s,t)=>{let e=s.length-1,r=[],n,i=t===2?"<svg>":t===3?"<math>":"",a=G;for(let c=0;c<e;c++){let d=s[c],h,u,p=-1,g=0;for(;g<d.length&&(a.lastIndex=g,u=a.exec(d),u!==null);)g=a.lastIndex,a===G?u[1]==="!--"?a=$t:u[1]!==void 0?a=xt:u[2]!==void 0?(Tt.test(u[2])&&(n=RegExp("</"+u[2],"g")),a=I):u[3]!==void 0&&(a=I):a===I?u[0]===">"?(a=n??G,p=-1):u[1]===void 0?p=-2:(p=a.lastIndex-u[2].length,h=u[1],a=u[3]===void 0?I:u[3]==='"'?At:St):a===At||a===St?a=I:a===$t||a===xt?a=G:(a=I,n=void 0);let y=a===I&&s[c+1].startsWith("/>")?" ":"";i+=a===G?d+Ar:p>=0?(r.push(h),d.slice(0,p)+Le+d.slice(p)+C+y):d+C+(p===-2?c:y)}return[Rt(s,i+(s[e]||"<?>")+(t===2?"</svg>":t===3?"</math>":"")),r]},J=class s{constructor({strings:t,_$litType$:e},r){let n;this.parts=[];let i=0,a=0,c=t.length-1,d=this.parts,[h,u]=Pt(t,e);if(this.el=s.createElement(h,r),N.currentNode=this.el.content,e===2||e===3){let p=this.el.content.firstChild;p.replaceWith(...p.childNodes)}for(;(n=N.nextNode())!==null&&d.length<c;){if(n.nodeType===1){if(n.hasAttributes())for(let p of n.getAttributeNames())if(p.endsWith(Le)){let g=u[a++],y=n.getAttribute(p).split(C),x=/([.?@])?(.*)/.exec(g);d.push({type:1,index:i,name:x[2],strings:y,ctor:x[1]==="."?ce:x[1]==="?"?pe:x[1]==="@"?he:z}),n.removeAttribute(p)}else p.startsWith(C)&&(d.push({type:6,index:i}),n.removeAttribute(p));if(Tt.test(n.tagName)){let p=n.textContent.split(C),g=p.length-1;if(g>0){n.textContent=le?le.emptyScript:"";for(let y=0;y<g;y++)n.append(p[y],Y()),N.nextNode(),d.push({type:2,index:++i});n.append(p[g],Y())}}}else if(n.nodeType===8)if(n.data===De)d.push({type:2,index:i});else{let p=-1;for(;(p=n.data.indexOf(C,p+1))!==-1;)d.push({type:7,index:i}),p+=C.length-1}i++}}static createElement(t,e){let r=H.createElement("template");return r.innerHTML=t,r}};function U(s,t,e=s,r){if(t===M)return t;let n=r!==void 0?e._$Co?.[r]:e._$Cl,i=X(t)?void 0:t._$litDirective$;return n?.constructor!==i&&(n?._$AO?.(!1),i===void 0?n=void 0:(n=new i(s),n._$AT(s,e,r)),r!==void 0?(e._$Co??=[])[r]=n:e._$Cl=n),n!==void 0&&(t=U(s,n._$AS(s,t.values),n,r)),t}var de=class{constructor(t,e){this._$AV=[],this._$AN=void 0,this._$AD=t,this._$AM=e}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(t){let{el:{content:e},parts:r}=this._$AD,n=(t?.creationScope??H).importNode(e,!0);N.currentNode=n;let i=N.nextNode(),a=0,c=0,d=r[0];for(;d!==void 0;){if(a===d.index){let h;d.type===2?h=new W(i,i.nextSibling,this,t):d.type===1?h=new d.ctor(i,d.name,d.strings,this,t):d.type===6&&(h=new ue(i,this,t)),this._$AV.push(h),d=r[++c]}a!==d?.index&&(i=N.nextNode(),a++)}return N.currentNode=H,n}p(t){let e=0;for(let r of this._$AV)r!==void 0&&(r.strings!==void 0?(r._$AI(t,r,e),e+=r.strings.length-2):r._$AI(t[e])),e++}},W=class s{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(t,e,r,n){this.type=2,this._$AH=S,this._$AN=void 0,this._$AA=t,this._$AB=e,this._$AM=r,this.options=n,this._$Cv=n?.isConnected??!0}get parentNode(){let t=this._$AA.parentNode,e=this._$AM;return e!==void 0&&t?.nodeType===11&&(t=e.parentNode),t}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(t,e=this){t=U(this,t,e),X(t)?t===S||t==null||t===""?(this._$AH!==S&&this._$AR(),this._$AH=S):t!==this._$AH&&t!==M&&this._(t):t._$litType$!==void 0?this.$(t):t.nodeType!==void 0?this.T(t):Et(t)?this.k(t):this._(t)}O(t){return this._$AA.parentNode.insertBefore(t,this._$AB)}T(t){this._$AH!==t&&(this._$AR(),this._$AH=this.O(t))}_(t){this._$AH!==S&&X(this._$AH)?this._$AA.nextSibling.data=t:this.T(H.createTextNode(t)),this._$AH=t}$(t){let{values:e,_$litType$:r}=t,n=typeof r=="number"?this._$AC(t):(r.el===void 0&&(r.el=J.createElement(Rt(r.h,r.h[0]),this.options)),r);if(this._$AH?._$AD===n)this._$AH.p(e);else{let i=new de(n,this),a=i.u(this.options);i.p(e),this.T(a),this._$AH=i}}_$AC(t){let e=_t.get(t.strings);return e===void 0&&_t.set(t.strings,e=new J(t)),e}k(t){Oe(this._$AH)||(this._$AH=[],this._$AR());let e=this._$AH,r,n=0;for(let i of t)n===e.length?e.push(r=new s(this.O(Y()),this.O(Y()),this,this.options)):r=e[n],r._$AI(i),n++;n<e.length&&(this._$AR(r&&r._$AB.nextSibling,n),e.length=n)}_$AR(t=this._$AA.nextSibling,e){for(this._$AP?.(!1,!0,e);t!==this._$AB;){let r=bt(t).nextSibling;bt(t).remove(),t=r}}setConnected(t){this._$AM===void 0&&(this._$Cv=t,this._$AP?.(t))}},z=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(t,e,r,n,i){this.type=1,this._$AH=S,this._$AN=void 0,this.element=t,this.name=e,this._$AM=n,this.options=i,r.length>2||r[0]!==""||r[1]!==""?(this._$AH=Array(r.length-1).fill(new String),this.strings=r):this._$AH=S}_$AI(t,e=this,r,n){let i=this.strings,a=!1;if(i===void 0)t=U(this,t,e,0),a=!X(t)||t!==this._$AH&&t!==M,a&&(this._$AH=t);else{let c=t,d,h;for(t=i[0],d=0;d<i.length-1;d++)h=U(this,c[r+d],e,d),h===M&&(h=this._$AH[d]),a||=!X(h)||h!==this._$AH[d],h===S?t=S:t!==S&&(t+=(h??"")+i[d+1]),this._$AH[d]=h}a&&!n&&this.j(t)}j(t){t===S?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,t??"")}},ce=class extends z{constructor(){super(...arguments),this.type=3}j(t){this.element[this.name]=t===S?void 0:t}},pe=class extends z{constructor(){super(...arguments),this.type=4}j(t){this.element.toggleAttribute(this.name,!!t&&t!==S)}},he=class extends z{constructor(t,e,r,n,i){super(t,e,r,n,i),this.type=5}_$AI(t,e=this){if((t=U(this,t,e,0)??S)===M)return;let r=this._$AH,n=t===S&&r!==S||t.capture!==r.capture||t.once!==r.once||t.passive!==r.passive,i=t!==S&&(r===S||n);n&&this.element.removeEventListener(this.name,this,r),i&&this.element.addEventListener(this.name,this,t),this._$AH=t}handleEvent(t){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,t):this._$AH.handleEvent(t)}},ue=class{constructor(t,e,r){this.element=t,this.type=6,this._$AN=void 0,this._$AM=e,this.options=r}get _$AU(){return this._$AM._$AU}_$AI(t){U(this,t)}},Ct={M:Le,P:C,A:De,C:1,L:Pt,R:de,D:Et,V:U,I:W,H:z,N:pe,U:he,B:ce,F:ue},_r=qe.litHtmlPolyfillSupport;_r?.(J,W),(qe.litHtmlVersions??=[]).push("3.3.3");var Mt=(s,t,e)=>{let r=e?.renderBefore??t,n=r._$litPart$;if(n===void 0){let i=e?.renderBefore??null;r._$litPart$=n=new W(t.insertBefore(Y(),i),i,void 0,e??{})}return n._$AI(s),n};var Ne=globalThis,w=class extends P{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let t=super.createRenderRoot();return this.renderOptions.renderBefore??=t.firstChild,t}update(t){let e=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(t),this._$Do=Mt(e,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return M}};w._$litElement$=!0,w.finalized=!0,Ne.litElementHydrateSupport?.({LitElement:w});var Er=Ne.litElementPolyfillSupport;Er?.({LitElement:w});(Ne.litElementVersions??=[]).push("4.2.2");var He=["system","light","dark"],Ue=["ltr","rtl"];function ze(s,t,e){try{let r=localStorage.getItem(`skerry-${s}`);return t.find(n=>n===r)??e}catch{return e}}function Be(s,t){try{localStorage.setItem(`skerry-${s}`,t)}catch{}}var We=()=>ze("theme",He,"system"),Ke=()=>ze("direction",Ue,"ltr"),me=()=>ze("keys",["on","off"],"on")==="on";function fe(){document.documentElement.dataset.theme=We(),document.documentElement.dir=Ke()}function qt(s){Be("theme",s),fe()}function Lt(s){Be("direction",s),fe()}function Dt(s){Be("keys",s?"on":"off")}var k=b`
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
    .lost,
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
`;var Ot=0;function It(s){let t=Date.parse(s);Number.isFinite(t)&&(Ot=t-Date.now())}function T(){return Date.now()+Ot}function K(s){if(!s)return null;let t=Date.parse(s);return Number.isFinite(t)?(t-T())/1e3:null}function _(s){let t=Math.abs(s);return t<60?`${Math.floor(t)} s`:t<3600?`${Math.floor(t/60)} min`:t<86400?`${Math.floor(t/3600)} h`:`${Math.floor(t/86400)} d`}function q(s,t="time"){let e=Date.parse(s??"");if(!Number.isFinite(e))return"";let r=new Date(e);return t==="clock"?r.toLocaleTimeString(void 0,{timeStyle:"short"}):t==="date"?r.toLocaleDateString(void 0,{dateStyle:"medium"}):r.toLocaleString(void 0,{dateStyle:"short",timeStyle:"short"})}var Tr=/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu,Rr=/\r\n|\r|\u2028|\u2029/g;function $(s){return s.replace(Rr,`
`).replace(Tr,"□")}function m(s,t=300){let e=$(s).replace(/\s+/g," ").trim();return e.length>t?`${e.slice(0,t).replace(/[\ud800-\udbff]$/,"")}…`:e}function Z(s){return s.replace(/\r\n?/g,`
`).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,"")}var D=class extends Error{constructor(e,r,n,i=null){super(n);this.family=e;this.reason=r;this.retryAfterS=i;this.name="PopError"}};var ee=s=>new D("unreachable","unreachable",s);var Nt={timeoutMs:1e4,maxWaitS:5,maxBodyBytes:1048576,firstByteMs:2e3,idleMs:4e4,maxFailures:8},Pr=1,ge=class{constructor(t,e){this.bounds=e;let r=URL.canParse(t)?new URL(t):null;if(r===null||!["http:","https:"].includes(r.protocol))throw new TypeError("found no http:// or https:// address, expected a PoP's");this.base=r.origin+r.pathname.replace(/\/$/,"")}async send(t,e){let r=await this.request(t,e);if(r.status!==200&&r.status!==202)throw Mr(r);return r}async request(t,e){let r=await this.once(t,e);if(r.status!==503)return r;let n=Ht(r.headers)??Pr;return n>this.bounds.maxWaitS?r:(await qr(n*1e3),this.once(t,e))}async open(t,e,r){try{return await fetch(this.base+t,{...e,signal:r,redirect:"manual",credentials:"omit",cache:"no-store"})}catch{throw ee(`${this.base} could not be reached`)}}async once(t,e){let r=AbortSignal.timeout(this.bounds.timeoutMs),n=await this.open(t,e,e.signal?AbortSignal.any([e.signal,r]):r);try{return await je(n,this.bounds.maxBodyBytes)}catch(i){throw i instanceof D?i:ee(`${this.base} did not send all of its response`)}}};async function je(s,t){return{status:s.status,headers:s.headers,body:await Cr(s,t)}}async function Cr(s,t){let e=[],r=0;for await(let i of Qe(s)){if(r+=i.length,r>t)throw ee(`found more than ${t} bytes, expected a PoP's response`);e.push(i)}let n=new Uint8Array(r);return e.reduce((i,a)=>(n.set(a,i),i+a.length),0),n}async function*Qe(s){let t=s.body?.getReader();if(t!==void 0)try{for(;;){let{done:e,value:r}=await t.read();if(e)return;yield r}}finally{t.cancel().catch(()=>{})}}function Ve({status:s,body:t}){let{reason:e,detail:r}=(s<400?null:Fe(t))??{};return typeof e=="string"&&typeof r=="string"?{reason:e,detail:r}:null}function Mr(s){let{status:t,headers:e}=s,r=Ve(s);if(r===null)return ee(`found HTTP ${t} without a problem document, expected a PoP`);let{reason:n,detail:i}=r,a=t===429?"limited":t>=500?"unreachable":"refused";return new D(a,n,`${i} (${n})`,Ht(e))}function Fe(s){try{let t=JSON.parse(new TextDecoder("utf-8",{fatal:!0}).decode(s));return typeof t=="object"&&t!==null&&!Array.isArray(t)?{...t}:null}catch{return null}}function Ht(s){let t=s.get("Retry-After")??"";return/^\d{1,9}$/.test(t)?Number(t):null}function qr(s){return new Promise(t=>setTimeout(t,s))}var v=class extends Error{constructor(e,r,n){super(n);this.status=e;this.reason=r}get refusesToken(){return this.reason==="unauthorised"}},Ut=16*1048576,Lr=/^[\x21-\x7e]+$/,ye=class{constructor(t){this.token=t;this.exchange=new ge(location.origin,{...Nt,timeoutMs:2e4,maxBodyBytes:Ut})}async get(t,e){return this.document(t,{headers:this.headers(),...e===void 0?{}:{signal:e}})}async post(t,e){let r={...this.headers(),"Content-Type":"application/json"};return this.document(t,{method:"POST",body:JSON.stringify(e),headers:r})}async*stream(t,e,r){let n={...this.headers(),Accept:"text/event-stream"};try{let i=await this.exchange.open(t,{headers:n},e);if(!i.ok)throw zt(await je(i,Ut));r(),yield*Qe(i)}catch(i){throw Bt(i,e)}}async document(t,e){try{let r=await this.exchange.request(t,e);if(r.status<200||r.status>299)throw zt(r);let n=Fe(r.body);if(n===null)throw new v(0,"","the answer is no document of the desk");return n}catch(r){throw Bt(r,e.signal)}}headers(){if(!Lr.test(this.token))throw new v(401,"unauthorised","no token has these signs");return{Authorization:`Bearer ${this.token}`}}};function zt(s){let t=Ve(s);return t===null?new v(0,"",`the answer is ${s.status}, expected one of the desk`):new v(s.status,t.reason,t.detail)}function Bt(s,t){return t?.throwIfAborted(),s instanceof D?new v(0,"","the desk cannot be reached"):s}var we=s=>s===1?"1 viewer":`${s.toLocaleString()} viewers`,o={title:"Skerry desk",signIn:"Sign in",signOut:"Sign out",token:"Your token",tokenHint:"It stays in this tab and ends with it. The desk's operator makes one with `skerry desk token`.",tokenRefused:"You are signed out: the desk does not know this token, or it has ended. Ask the desk's operator for a new one. What you typed is kept in this tab.",tokenOfPop:"This is the token of a PoP or of a wall, and people have tokens of their own. Ask the desk's operator for one.",unreachable:"The desk cannot be reached. Try again in a moment.",tryingAgain:"The desk cannot be reached. Trying again…",signedInAs:(s,t,e)=>`${s}, ${t}${e===""?"":`, lane ${e}`}`,connection:"Connection",connecting:"Connecting…",lost:s=>`No connection for ${s}. What you see is as old. Trying again; what you type is kept.`,lostShort:"No connection. What you type is kept.",notSent:"The desk did not answer. What you typed is kept. Do it again: nothing is sent twice.",refused:s=>`The desk refused: ${s}.`,views:{open:"Open",answered:"Answered",drafts:"Drafts",board:"Unanswered"},viewsLabel:"Views",lanes:"Lanes",allLanes:"All lanes",laneLoad:(s,t,e)=>`${s} open${t>0?`, ${t} late`:""}${s>0?`, oldest ${e}`:""}`,late:s=>`${s} late`,queue:"Questions",emptyQueue:"Nothing waits. New questions appear here by themselves.",emptyAnswered:"Nothing is answered and still unresolved.",reading:"Reading the queue…",viewers:we,asks:s=>`${we(s)} ask${s===1?"s":""} this`,left:s=>`${s} left`,over:s=>`${s} late`,noDeadline:"no deadline",claimedBy:s=>`${s} has it`,yours:"yours",kinds:{safety:"Safety",fraud:"Fraud"},ticket:"Ticket",noTicket:"Choose a question, with j and k or the pointer.",quiet:"While nobody waits, look at “Unanswered”: what viewers ask and no island answers. An example or a new answer there saves the next question.",back:"Back to the list",loading:"Reading the ticket…",gone:"No longer open: it was answered or resolved.",question:"Question",viewerOf:(s,t)=>`Viewer ${s} of ${t}`,nextViewer:"Next viewer",viewerBefore:"Viewer before",why:"Why people have it",because:s=>`It would have come to people anyway: ${s}`,waiting:s=>`waits ${s}`,promised:s=>`was told ${s}`,claim:"Claim",release:"Release",nobody:"Nobody has it",yoursUntil:s=>`Yours until ${s}`,othersUntil:(s,t)=>`${s} has it until ${t}`,harm:{self_harm:"may tell of self-harm",threat:"may tell of a threat to people",harassment:"may tell of harassment",emergency:"may tell of an emergency",fraud:"may tell of fraud"},harmNotice:"Take care",harmOf:(s,t)=>`The message ${s} (${t}).`,kindNotice:{safety:"Handle it by your rules for safety.",fraud:"Handle it by your rules for fraud."},followsUp:"Follows up an open ticket of the same viewer",languages:(s,t)=>`wants ${t}, the island is in ${s}`,suggestions:"Suggested answers",noSuggestions:"No snippet is likely.",confidence:s=>`${s} sure`,nearest:"Nearest example",script:"Steps for you; the viewer does not see them",approved:(s,t,e)=>`Approved by ${s}${t===""?"":`, ${t}`}${e===null?"":`, revision ${e}`}`,translation:s=>`In the viewer's language (${s}); this is what is inserted`,personOnly:"for people to send",noAnswer:"This snippet has no answer to send.",insert:"Insert",inserted:s=>`Answer ${s} is in the reply.`,addExample:"Add as example",path:"The viewer's way through the tree",typed:(s,t,e)=>`typed ${s}: ${t}${e?" (personal)":""}`,pressed:s=>`pressed “${s}”`,parts:"Matters in the message",transcript:"Earlier in this session",consent:"What the viewer agreed to",noConsent:"Nothing: she was asked, and did not agree.",agreed:(s,t)=>`version ${s}, ${t?"in force":"taken back or ended"}`,hiddenTranscript:"Her earlier questions are not shown: she does not agree to that.",context:"Context",refusedOffers:"The viewer was offered and did not want",picked:"The viewer picked",facts:"About this ticket",history:"What was done",sentReply:"Reply",island:"Island",pop:"PoP",channel:"Channel",locale:"Language",sourceId:"Id in your system",lane:"Lane",outcomes:{answer:"answered",clarify:"asked back",escalate:"given to people",ignore:"left alone"},actions:{received:"sent it here",claim:"claimed it",release:"released it",expire:"ended the claim, as nothing was done",reply:"replied",resolve:"resolved it",draft:"proposed a draft","solved by viewer":"reported that the viewer solved it"},reply:"Reply",replyHint:"Insert an answer with 1 to 3, or write.",forAll:s=>`Answer all ${we(s)}`,send:"Send",sendAndResolve:"Send and resolve",sending:"Sending…",resolve:"Resolve",resolveSure:"Resolve without a reply?",resolveSureText:"The viewer gets no answer from people.",cancel:"Cancel",close:"Close",incident:"Make it an incident answer",characters:(s,t)=>`${s} of ${t}`,tooLong:"Too long to send",claimed:"Claimed.",released:"Released.",sent:(s,t)=>`Sent to ${we(s)}${t?", and resolved":""}.`,resolved:s=>s===1?"Resolved.":`${s} resolved.`,drafts:"Drafts",draftsHint:"Proposals for the authors of islands. Nobody has signed them, and viewers do not see them.",noDrafts:"There are no drafts. “Add as example” and “Make it an incident answer” at a question make one.",draftKept:"Kept as a draft. It changes nothing until an author takes it.",draftKinds:{incident:"Incident answer",example:"Example"},draftTitles:{incident:"Propose an incident answer",example:"Propose an example"},draftExplained:{incident:"The author may publish it in place of the snippet's answer, for all viewers.",example:"The author may add this wording to the snippet's examples. Take out names and numbers of the viewer."},snippet:"Snippet",text:"Text",keepDraft:"Keep as a draft",copy:"Copy",copied:"Copied.",notCopied:"This browser does not copy here. Select the text, and copy it.",draftBy:(s,t)=>`${s}, ${t}`,board:"Questions that nothing answers",boardHint:"What PoPs report, every five seconds. Each is one example of equal questions.",noBoard:"No PoP reports an open question. They appear here by themselves, once viewers ask what no island answers.",perMinute:s=>`${s} a minute`,times:s=>`asked ${s.toLocaleString()} times`,silent:(s,t)=>`PoP ${s} has reported nothing for ${t}. Its questions are missing here.`,neverHeard:s=>`PoP ${s} has reported nothing since the desk started. Its questions are missing here.`,unconfirmed:s=>`${s} of its tickets wait for it to fetch what you did.`,help:"Keys and settings",keys:[["j, k","next question, question before"],["c","claim"],["x","release"],["1, 2, 3","insert a suggested answer"],["e","edit the reply"],["Ctrl + Enter","send, and go on to the next"],["Ctrl + Shift + Enter","send and resolve"],["r","resolve"],["?","this help"],["Esc","leave a field; back to the list"]],keysHint:"No key acts while you type in a field, except Esc and those with Ctrl. On a Mac, Cmd is Ctrl.",singleKeys:"Single keys act",theme:"Colours",themes:{system:"as the system",light:"light",dark:"dark"},direction:"Direction of the page",directions:{ltr:"left to right",rtl:"right to left"}};var Dr=5e3,Ge=class extends w{constructor(){super(...arguments);this.board=null;this.problem="";this.timer=0}static{this.properties={desk:{attribute:!1},board:{state:!0},problem:{state:!0}}}static{this.styles=[k,b`
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
            ul:empty {
                display: none;
            }
            ul + p {
                margin-block-start: 0.75rem;
            }
            ul li {
                padding: 0.4rem 0.75rem;
                border: 1px solid;
                border-radius: var(--round);
            }
        `]}connectedCallback(){super.connectedCallback(),this.tabIndex=0,this.role="region",this.ariaLabel=o.board,queueMicrotask(()=>{this.read()}),this.timer=window.setInterval(()=>{this.read()},Dr)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}async read(){try{this.board=await this.desk.read("/v1/board"),this.problem=""}catch(e){e instanceof v&&(this.problem=o.refused(e.message))}}render(){let e=this.board?.pops??[],r=Or(e);return l`<h2>${o.board}</h2>
            <p class="quiet">${o.boardHint}</p>
            <p role="status" class="quiet">${this.problem}</p>
            <ul>
                ${e.filter(n=>n.silent_since!==null||n.heard===null).map(n=>this.silent(n))}
            </ul>
            ${this.board!==null&&r.length===0?l`<p>${o.noBoard}</p>`:""}
            <ol>
                ${r.map(n=>l`<li>
                            <p class="words" dir="auto">${$(n.question.exemplar)}</p>
                            <p class="bar quiet">
                                <span class="chip">${o.perMinute(n.perMinute.toFixed(1))}</span>
                                <span>${o.times(n.count)}</span>
                                <bdi>${m(n.question.island)}</bdi>
                            </p>
                        </li>`)}
            </ol>`}silent(e){let r=e.heard===null?o.neverHeard(e.pop):o.silent(e.pop,_(e.age_s??0));return l`<li class="soon">${r} ${e.unconfirmed>0?o.unconfirmed(e.unconfirmed):""}</li>`}};function Or(s){let t=new Map;for(let e of s)if(e.silent_since===null)for(let r of e.figures?.open_questions??[]){let n=`${r.island}
${m(r.exemplar).toLowerCase()}`,i=t.get(n);t.set(n,{question:r,count:(i?.count??0)+r.count,perMinute:(i?.perMinute??0)+r.per_minute})}return[...t.values()].sort((e,r)=>r.perMinute-e.perMinute||r.count-e.count)}customElements.define("skerry-board",Ge);var Wt="skerry-owner",Ir=/^skerry-/;function te(s="token"){return sessionStorage.getItem(`skerry-${s}`)}function Ye(s,t="token"){sessionStorage.setItem(`skerry-${t}`,s)}function Kt(s="token"){sessionStorage.removeItem(`skerry-${s}`)}var ve=new Map;function Xe(){ve.clear();for(let s of Object.keys(sessionStorage))Ir.test(s)&&sessionStorage.removeItem(s)}function jt(s){let t=sessionStorage.getItem(Wt);if(t!==null&&t!==s){let e=te();Xe(),e!==null&&Ye(e)}sessionStorage.setItem(Wt,s)}function re(s){return ve.get(s)??sessionStorage.getItem(`skerry-${s}`)??""}function se(s,t){ve.delete(s);try{t===""?sessionStorage.removeItem(`skerry-${s}`):sessionStorage.setItem(`skerry-${s}`,t)}catch{ve.set(s,t)}}function Vt(s,t){let e=Qt(s),r=t.flatMap(c=>[c.answer,c.translation?.answer??""].filter(d=>d!=="").map(d=>({one:c,words:Qt(d)})));if(e.length===0||r.length===0)return{suggestion:null,snippet:""};let n=r.find(({words:c})=>c.join(" ")===e.join(" "));if(n)return{suggestion:"used",snippet:n.one.snippet};let a=r.map(({one:c,words:d})=>({one:c,similarity:Nr(e,d)})).reduce((c,d)=>d.similarity>c.similarity?d:c);return a.similarity>=.6?{suggestion:"edited",snippet:a.one.snippet}:{suggestion:"ignored",snippet:""}}function Qt(s){return(s.normalize("NFKC").toLowerCase().match(/[\p{L}\p{N}]+/gu)??[]).slice(0,800)}function Nr(s,t){let e=new Uint16Array(t.length+1);for(let r of s){let n=new Uint16Array(t.length+1);for(let i=1;i<=t.length;i+=1)n[i]=r===t[i-1]?(e[i-1]??0)+1:Math.max(e[i]??0,n[i-1]??0);e=n}return 2*(e[t.length]??0)/(s.length+t.length||1)}var Je=class{constructor(){this.rest="";this.kind="";this.id="";this.data=[]}get waiting(){return this.data.reduce((t,e)=>t+e.length,this.rest.length)}take(t){let e=(this.rest+t).split(/\r\n|\n|\r(?!$)/);return this.rest=e.pop()??"",e.flatMap(r=>this.line(r))}line(t){if(t===""){let i={kind:this.kind||"message",data:this.data.join(`
`),id:this.id},a=this.data.length>0;return this.kind="",this.data=[],a?[i]:[]}if(t.startsWith(":"))return[{kind:"heartbeat",data:"",id:this.id}];let e=t.indexOf(":"),r=e<0?t:t.slice(0,e),n=e<0?"":t.slice(e+1).replace(/^ /,"");return r==="event"?this.kind=n:r==="data"?this.data.push(n):r==="id"&&!n.includes("\0")&&(this.id=n),[]}},Ft=25e3,Hr=500,Ur=5e3,zr=1e4;async function Gt(s,t,e,r){let n=0;for(;!r.aborted;){try{let a=performance.now();await Br(s,t,e,r,()=>{performance.now()-a>zr&&(n=0)})}catch(a){if(a instanceof v&&a.refusesToken){e.refused(a);return}}if(r.aborted)return;e.lost();let i=Math.min(Ur,Hr*2**n);n+=1,await Wr(i*(.5+Math.random()/2),r)}}async function Br(s,t,e,r,n){let i=new AbortController,a=setTimeout(()=>i.abort(),Ft);try{let c=new Je,d=new TextDecoder;for await(let h of s.stream(t,AbortSignal.any([r,i.signal]),()=>e.opened())){clearTimeout(a),a=setTimeout(()=>i.abort(),Ft);for(let u of c.take(d.decode(h,{stream:!0})))n(),u.kind!=="heartbeat"&&e.event(u)}}finally{clearTimeout(a)}}function Wr(s,t){return new Promise(e=>{let r=()=>{clearTimeout(n),removeEventListener("online",r),e()},n=setTimeout(r,s);addEventListener("online",r,{once:!0}),t.addEventListener("abort",r,{once:!0})})}var be=class{constructor(){this.rows=new Map;this.read=null;this.changed=new Set;this.sorted=null}begin(){this.read=new Set,this.changed=new Set}page(t){for(let e of t)this.read?.add(e.row),this.changed.has(e.row)||this.rows.set(e.row,e);this.sorted=null}finish(){for(let t of[...this.rows.keys()])this.read!==null&&!this.read.has(t)&&!this.changed.has(t)&&this.rows.delete(t);this.read=null,this.sorted=null}change(t){this.read!==null&&this.changed.add(t.row),t.now===null?this.rows.delete(t.row):this.rows.set(t.row,t.now),this.sorted=null}get(t){return this.rows.get(t)}list(t){return this.sorted??=[...this.rows.values()].sort(Kr),t===""?this.sorted:this.sorted.filter(e=>e.lane===t)}lanes(t){let e=new Map;for(let r of this.rows.values()){let n=e.get(r.lane)??{lane:r.lane,tickets:0,late:0,oldest:r.received},i=r.due!==null&&Date.parse(r.due)<t;e.set(r.lane,{lane:r.lane,tickets:n.tickets+r.count,late:n.late+(i?r.count:0),oldest:r.received<n.oldest?r.received:n.oldest})}return[...e.values()].sort((r,n)=>r.lane<n.lane?-1:1)}};function Kr(s,t){return Ze(s.due??"~",t.due??"~")||Ze(s.received,t.received)||Ze(s.row,t.row)}function Ze(s,t){return s<t?-1:s>t?1:0}var jr=40,Qr=1e3,Vr=2e3,ke=class{constructor(){this.me=null;this.isSignedIn=!1;this.notice="";this.problem="";this.ending=new AbortController;this.api=null;this.listeners=new Set;this.telling=0}watch(t){return this.listeners.add(t),()=>this.listeners.delete(t)}tell(){this.telling===0&&(this.telling=window.setTimeout(()=>{this.telling=0;for(let t of this.listeners)t()},jr))}tellNow(){for(let t of this.listeners)t()}start(){window.setInterval(()=>this.tell(),Qr);let t=te();t!==null&&this.signIn(t)}async signIn(t){let e=new ye(t);this.problem="";let r;try{r=await e.get("/v1/me")}catch(n){if(this.isSignedIn)return;te()===t&&n instanceof v&&!n.refusesToken?(this.problem=o.tryingAgain,window.setTimeout(()=>{!this.isSignedIn&&te()===t&&this.signIn(t)},Vr)):this.refuse(n),this.tell();return}this.isSignedIn||(this.me=r,jt(`${r.tenant}/${r.name}`),Ye(t),this.api=e,this.isSignedIn=!0,this.notice="",this.ending=new AbortController,this.begun(e,this.ending.signal),this.tellNow())}signOut(){this.end(),Xe(),this.problem="",this.tell()}refuse(t){t instanceof v&&t.refusesToken?(this.end(),Kt(),this.problem=t.status===403?o.tokenOfPop:o.tokenRefused):this.problem=o.unreachable,this.tell()}end(){this.ending.abort(),this.isSignedIn=!1,this.api=null,this.me=null,this.ended()}async read(t){return this.required().get(t,this.ending.signal)}async doing(t){let{signal:e}=this.ending;this.problem="";try{let r=await t(this.required());return e.aborted||r(),!e.aborted}catch(r){if(e.aborted)return!1;if(r instanceof v&&r.refusesToken)this.refuse(r);else if(r instanceof v&&r.status===0)this.problem=o.notSent;else if(r instanceof v)this.problem=o.refused(r.message);else if(!(r instanceof DOMException))throw r;return!1}finally{this.tell()}}required(){if(this.api===null)throw new DOMException("nobody is signed in","AbortError");return this.api}};var et=2e3,Fr=5,Gr=1e4,$e=class extends ke{constructor(){super(...arguments);this.queue=new be;this.connection="connecting";this.lostAt=0;this.isRead=!1;this.view="open";this.lane="";this.answered=[];this.isReading=!1;this.readAgain=!1}start(){super.start(),window.setInterval(()=>{this.isSignedIn&&this.view==="answered"&&!document.hidden&&this.readAnswered()},Gr)}begun(e,r){this.connection="connecting",this.lane=re("lane"),Gt(e,"/v1/changes",{event:i=>this.event(i),opened:()=>this.connected(),lost:()=>this.lost(),refused:i=>this.refuse(i)},r)}ended(){this.isRead=!1,this.view="open",this.lane="",this.answered=[],this.queue.begin(),this.queue.finish()}connected(){this.connection="open",this.lostAt=0,this.tell()}lost(){this.connection!=="lost"&&(this.lostAt=T()),this.connection="lost",this.tell()}event(e){e.kind==="all"?this.readQueue():e.kind==="row"&&this.change(e.data)}change(e){let r;try{r=JSON.parse(e)}catch{return}this.queue.change(r),this.changed(r.row),this.tell()}async readQueue(){if(this.isReading){this.readAgain=!0;return}this.isReading=!0;try{do this.readAgain=!1,await this.readPages();while(this.readAgain);this.isRead=!0,this.wasRead()}catch(e){e instanceof v&&e.refusesToken?this.refuse(e):e instanceof v&&window.setTimeout(()=>this.readQueueAgain(),et)}finally{this.isReading=!1,this.tell()}}readQueueAgain(){this.isSignedIn&&this.connection==="open"&&this.readQueue()}async readPages(){this.queue.begin();let e="";for(;e!==null;){let r=await this.page("open",e);this.queue.page(r.rows),e=r.next,this.isRead?this.tell():(this.isRead=!0,this.tellNow())}this.queue.finish()}async page(e,r){let n=new URLSearchParams({state:e,after:r}),i=await this.required().get(`/v1/queue?${n}`,this.ending.signal);return It(i.now),i}async readAnswered(){let e=[],r="";try{for(let n=0;n<Fr&&r!==null;n+=1){let i=await this.page("answered",r);e.push(...i.rows),r=i.next}this.answered=e}catch(n){n instanceof v&&n.refusesToken&&this.refuse(n)}this.tell()}get rows(){return this.view!=="answered"?this.queue.list(this.lane):this.lane===""?this.answered:this.answered.filter(e=>e.lane===this.lane)}};function Xt(s){let t=E(s),e=E(t.context),r=E(t.language_note);return{id:f(t.id),text:f(t.text),reason:f(t.reason),because:f(t.because),kind:f(t.kind)||"support",island:f(t.island),lane:f(t.lane),pop:f(t.pop),channel:f(t.channel),locale:f(t.locale),joins:f(t.joins),promisedWaitS:xe(t.promised_wait_s),flags:j(t.risk_flags).map(f).filter(Boolean),harm:Object.entries(E(t.harm)).map(([n,i])=>[n,xe(i)??0]).filter(([,n])=>n>=.05).sort((n,i)=>i[1]-n[1]),candidates:j(t.candidates).slice(0,3).map(Yr),path:j(t.path).map(n=>({say:f(E(n).say),label:f(E(n).label)})),typed:Jr(t.typed),languages:[f(r.locale),f(r.wanted)].filter(Boolean),sourceId:f(t.source_id),parts:j(t.parts).map(n=>({text:f(E(n).text),snippet:f(E(n).snippet)})),transcript:j(t.transcript).map(Zr),context:[...Yt(e,["claims"]),...Yt(E(e.claims))],refused:j(t.refused).map(f).filter(Boolean),picked:f(t.picked)}}function Yr(s){let t=E(s),e=E(t.provenance);return{snippet:f(e.snippet),confidence:xe(t.confidence),nearest:f(t.nearest_example),answer:f(t.answer),script:f(t.script),automation:f(t.automation),approvedBy:f(e.approved_by),approvedAt:f(e.approved_at),revision:xe(e.revision),translation:Xr(t.translation)}}function ne(s){return s.translation?.answer??s.answer}function Xr(s){let t=E(s),e=f(t.answer);if(e==="")return null;let[r,n]=[f(t.approved_by),f(t.approved_at)];return{locale:f(t.locale),answer:e,approvedBy:r,approvedAt:n}}function Jr(s){let t=E(s),e=f(t.value);return e===""?null:{name:f(t.name),value:e,isPersonal:t.personal===!0}}function Zr(s){let t=E(s);return{at:f(t.at),text:f(t.text),outcome:f(t.outcome),snippet:f(t.snippet)}}function Yt(s,t=[]){return Object.entries(s).filter(([e])=>!t.includes(e)).map(([e,r])=>[e,Jt(r)]).filter(([,e])=>e!=="")}function Jt(s){return Array.isArray(s)?s.map(Jt).filter(Boolean).join(", "):typeof s=="object"&&s!==null?JSON.stringify(s):s==null?"":String(s)}function E(s){return typeof s=="object"&&s!==null?s:{}}function j(s){return Array.isArray(s)?s:[]}function f(s){return typeof s=="string"?s:""}function xe(s){return typeof s=="number"&&Number.isFinite(s)?s:null}var es=1e3,ts=600,rs=2e3,ss=6e4,B=4e3,Se=class extends $e{constructor(){super(...arguments);this.row="";this.member=0;this.forAll=!0;this.opened=null;this.openProblem="";this.isSending=!1;this.opening=new AbortController;this.reading={id:"",isOld:!1};this.renewed={row:"",at:0};this.claimLater=""}begun(e,r){super.begun(e,r);let n=re("row");n!==""&&(this.row=n)}ended(){super.ended(),this.stopReading(),this.opened=null,this.row="",this.isSending=!1}changed(e){e===this.row&&this.view==="open"&&this.openTicket()}wasRead(){this.row!==""&&this.view==="open"&&this.chosen===void 0?this.choose(""):this.row!==""&&this.openTicket()}show(e){e!==this.view&&(this.view=e,this.choose(""),e==="answered"&&this.readAnswered(),this.tellNow())}showLane(e){this.lane=e,se("lane",e),this.tellNow()}get chosen(){let e=this.view==="answered"?this.answered.find(r=>r.row===this.row):this.queue.get(this.row);return e&&(this.lastRow=e),e??(this.lastRow?.row===this.row?this.lastRow:void 0)}get isListed(){let{row:e}=this;return this.view==="answered"?this.answered.some(r=>r.row===e):this.queue.get(e)!==void 0}choose(e,r=""){e!==this.row&&(this.stopReading(),this.row=e,this.member=0,this.forAll=!0,this.opened=null,this.openProblem="",this.problem="",this.notice=r,this.view==="open"&&se("row",e),e!==""&&this.openTicket(),this.tellNow())}move(e){let r=this.rows;if(r.length===0)return;let n=r.findIndex(a=>a.row===this.row),i=n<0?0:Math.min(Math.max(n+e,0),r.length-1);this.choose(r[i]?.row??"")}showMember(e){let r=this.chosen?.tickets.length??1;this.member=(this.member+e+r)%r,this.openTicket(),this.tellNow()}setForAll(e){this.forAll=e,this.tellNow()}async openTicket(){let e=this.chosen;if(e===void 0)return;let r=this.isListed?e.tickets[this.member]??e.tickets[0]:this.opened?.about&&this.opened.ticket.id;if(!r)return;if(r===this.reading.id){this.reading.isOld=!0;return}this.stopReading();let{opening:n}=this;this.reading={id:r,isOld:!1};try{let a=await this.required().get(`/v1/tickets/${encodeURIComponent(r)}`,n.signal);if(n.signal.aborted)return;let c=Xt(a.ticket);this.opened={about:a,ticket:{...c,id:r}},this.openProblem="";let d=this.claimLater===this.row;this.claimLater="",d&&this.claimToWrite()}catch(a){if(n.signal.aborted)return;if(a instanceof v&&a.refusesToken)return this.refuse(a);this.openProblem=a instanceof v?a.message:o.unreachable,a instanceof v&&(a.status===0||a.status>=429)&&this.openLater()}let{isOld:i}=this.reading;this.reading={id:"",isOld:!1},this.tell(),i&&this.openTicket()}openLater(){let{row:e}=this;window.setTimeout(()=>{this.isSignedIn&&e===this.row&&this.openTicket()},et)}stopReading(){this.opening.abort(),this.opening=new AbortController,this.reading={id:"",isOld:!1}}get text(){return re(`text-${this.row}`)}write(e){se(`text-${this.row}`,e),e!==""&&this.claimToWrite(),this.tellNow()}get hasBegunToWrite(){return this.row!==""&&this.claimLater===this.row}insert(e){let r=this.opened?.ticket.candidates??[],n=r[e-1],i=n===void 0?"":ne(n);if(i==="")return;let a=this.text,c=a.trim()!==""&&!r.some(d=>ne(d).trim()===a.trim());this.write(c?`${a.trimEnd()}

${i}`:i),this.notice=o.inserted(e),this.tellNow()}async claimToWrite(){let e=this.owner;if(this.view!=="open"||this.isSending)return;if(this.opened===null||this.isOthers){this.claimLater=this.row;return}let r=K(this.opened.about.claimed_until)??0,n=this.renewed.row===this.row?Date.now()-this.renewed.at:Number.POSITIVE_INFINITY;e===this.me?.name&&(r>ts||n<ss)||e===""&&n<rs||(this.renewed={row:this.row,at:Date.now()},await this.claim({isQuiet:!0}))}get owner(){let e=this.isListed?this.chosen?.claimed_by:"";return this.opened?.about.claimed_by||e||""}get isOthers(){return this.owner!==""&&this.owner!==this.me?.name}get wholeRow(){return this.forAll&&(this.chosen?.count??1)>1}async claim({isQuiet:e=!1}={}){await this.act("claim",async(r,n)=>(await r.post(n,{row:this.wholeRow}),()=>{e||(this.notice=o.claimed)}))}async release(){await this.act("release",async(e,r)=>(await e.post(r,{row:this.wholeRow}),()=>{this.notice=o.released}))}async send({resolve:e=!1}={}){let r=Z(this.text).trim(),{opened:n,row:i}=this;if(n===null||r===""||r.length>B||this.isSending||this.isOthers)return;let a=this.wholeRow||(this.chosen?.count??1)<=1,c={text:r,...Vt(r,n.ticket.candidates),row:this.wholeRow},{signal:d}=this.ending;this.isSending=!0,this.tellNow(),await this.act("reply",async(h,u)=>{let p=0;for(;;){let{tickets:g}=await h.post(u,c);if(p+=g.length,!c.row||g.length<es)break}return e&&await h.post(u.replace(/reply$/,"resolve"),{row:c.row}),()=>{se(`text-${i}`,""),this.notice=o.sent(Math.max(p,1),e),i===this.row&&this.goOn(a)}}),!d.aborted&&(this.isSending=!1,this.tellNow())}async resolve(){let{row:e}=this,r=this.wholeRow||(this.chosen?.count??1)<=1;await this.act("resolve",async(n,i)=>{let{tickets:a}=await n.post(i,{row:this.wholeRow});return()=>{this.notice=o.resolved(Math.max(a.length,1)),e===this.row&&this.goOn(r),this.view==="answered"&&this.readAnswered()}})}async addDraft(e,r,n){let i=this.opened?.ticket;if(!i)return!1;let a={kind:e,island:i.island,snippet:r,text:Z(n).trim(),ticket:i.id};return this.doing(async c=>(await c.post("/v1/drafts",a),()=>{this.notice=o.draftKept}))}goOn(e){let r=this.rows,n=r.findIndex(i=>i.row===this.row);if(!e){this.member=0;return}this.choose((r[n+1]??r[n-1])?.row??"",this.notice)}async act(e,r){let n=this.opened?.ticket.id;if(!n)return;let{row:i}=this,{signal:a}=this.ending;await this.doing(c=>r(c,`/v1/tickets/${encodeURIComponent(n)}/${e}`)),i===this.row&&!a.aborted&&await this.openTicket()}};var A=class{constructor(t,e=()=>{}){this.host=t;this.onChange=e;this.end=null;this.isConnected=!1;t.addController(this)}hostConnected(){this.isConnected=!0,queueMicrotask(()=>{this.isConnected&&(this.end??=this.host.desk.watch(()=>{this.onChange(),this.host.requestUpdate()}))})}hostDisconnected(){this.isConnected=!1,this.end?.(),this.end=null}};var tt=class extends w{constructor(){super();this.kind="incident";this.snippets=[];this.keep=async e=>{e.preventDefault(),await this.desk.addDraft(this.kind,this.snippet.value.trim(),this.field.value)&&this.close()};new A(this)}static{this.properties={desk:{attribute:!1},kind:{state:!0},snippets:{state:!0}}}static{this.styles=[k,b`
            dialog[open] {
                display: grid;
                gap: 0.6rem;
            }
            textarea {
                min-block-size: 8rem;
            }
        `]}async ask(e,r,n=""){let i=this.desk.opened?.ticket.candidates??[];this.kind=e,this.snippets=i.map(a=>a.snippet).filter(a=>a!==""),this.desk.problem="",this.requestUpdate(),await this.updateComplete,this.field.value=r,this.snippet.value=n===""?this.snippets[0]??"":n,this.renderRoot.querySelector("dialog")?.showModal(),this.field.focus()}get field(){return this.renderRoot.querySelector("textarea")}get snippet(){return this.renderRoot.querySelector("#snippet")}close(){this.renderRoot.querySelector("dialog")?.close()}render(){let{problem:e,opened:r}=this.desk;return l`<dialog aria-labelledby="title">
            <h2 id="title">${o.draftTitles[this.kind]}</h2>
            <p class="quiet">${o.draftExplained[this.kind]}</p>
            <p class="quiet">${o.island}: <bdi>${m(r?.ticket.island??"")}</bdi></p>
            <form @submit=${this.keep} class="form">
                <label for="snippet">${o.snippet}</label>
                <input id="snippet" required maxlength="63" list="snippets" autocomplete="off" spellcheck="false" />
                <datalist id="snippets">
                    ${this.snippets.map(n=>l`<option value=${n}>${$(n)}</option>`)}
                </datalist>
                <label for="text">${o.text}</label>
                <textarea id="text" required maxlength=${B} dir="auto"></textarea>
                <div role="alert" class="quiet">${e}</div>
                <div class="bar">
                    <button class="main">${o.keepDraft}</button>
                    <button type="button" @click=${()=>this.close()}>${o.cancel}</button>
                </div>
            </form>
        </dialog>`}};customElements.define("skerry-draft",tt);var rt=class extends w{constructor(){super(...arguments);this.drafts=null;this.said="";this.problem=""}static{this.properties={desk:{attribute:!1},drafts:{state:!0},said:{state:!0},problem:{state:!0}}}static{this.styles=[k,b`
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
        `]}connectedCallback(){super.connectedCallback(),this.tabIndex=0,this.role="region",this.ariaLabel=o.drafts,queueMicrotask(()=>{this.read()})}async read(){try{this.drafts=(await this.desk.read("/v1/drafts")).drafts,this.problem=""}catch(e){e instanceof v&&(this.problem=o.refused(e.message))}}async copy(e){try{await navigator.clipboard.writeText(e.text),this.said=o.copied}catch{this.said=o.notCopied;let r=this.renderRoot.querySelector(`[data-draft="${e.id}"]`);r&&getSelection()?.selectAllChildren(r)}}render(){let e=this.drafts??[];return l`<h2>${o.drafts}</h2>
            <p class="quiet">${o.draftsHint}</p>
            <p role="status" class="quiet">${this.problem||this.said}</p>
            ${this.drafts!==null&&e.length===0?l`<p>${o.noDrafts}</p>`:""}
            <ol>
                ${e.map(r=>l`<li>
                            <div class="bar">
                                <span class="chip">${o.draftKinds[r.kind]}</span>
                                <bdi class="grow">${m(r.island)} · ${m(r.snippet)}</bdi>
                                <button
                                    @click=${()=>this.copy(r)}
                                    aria-label="${o.copy}, ${o.draftKinds[r.kind]}, ${m(r.snippet)}"
                                >
                                    ${o.copy}
                                </button>
                            </div>
                            <p class="words" dir="auto" data-draft=${r.id}>${$(r.text)}</p>
                            <p class="quiet">${o.draftBy(r.by,q(r.at))}</p>
                        </li>`)}
            </ol>`}};customElements.define("skerry-drafts",rt);var st=class extends w{static{this.styles=[k,b`
            dialog {
                gap: 0.8rem;
            }
            dialog[open] {
                display: grid;
            }
            dl {
                display: grid;
                grid-template-columns: fit-content(50%) minmax(0, 1fr);
                gap: 0.35rem 1rem;
                margin: 0;
            }
            dd {
                margin: 0;
            }
            kbd {
                margin: 0;
                white-space: normal;
            }
            h2:focus-visible {
                outline: none;
            }
            select {
                inline-size: 100%;
            }
            .settings {
                display: grid;
                grid-template-columns: fit-content(50%) minmax(0, 1fr);
                gap: 0.5rem 1rem;
                align-items: center;
                border-block-start: 1px solid var(--line);
                padding-block-start: 0.8rem;
            }
        `]}show(){this.dialog?.showModal()}get dialog(){return this.renderRoot.querySelector("dialog")}render(){let t=e=>e.target.value;return l`<dialog aria-labelledby="title">
            <h2 id="title" tabindex="-1" autofocus>${o.help}</h2>
            <dl>
                ${o.keys.map(([e,r])=>l`<dt><kbd>${e}</kbd></dt><dd>${r}</dd>`)}
            </dl>
            <p class="quiet">${o.keysHint}</p>
            <div class="settings">
                <label for="keys">${o.singleKeys}</label>
                <input
                    id="keys"
                    type="checkbox"
                    .checked=${me()}
                    @change=${e=>Dt(e.target.checked)}
                />
                <label for="theme">${o.theme}</label>
                <select id="theme" @change=${e=>qt(t(e))}>
                    ${He.map(e=>l`<option value=${e} ?selected=${e===We()}>${o.themes[e]}</option>`)}
                </select>
                <label for="direction">${o.direction}</label>
                <select id="direction" @change=${e=>Lt(t(e))}>
                    ${Ue.map(e=>l`<option value=${e} ?selected=${e===Ke()}>${o.directions[e]}</option>`)}
                </select>
            </div>
            <form method="dialog"><button class="main">${o.close}</button></form>
        </dialog>`}};customElements.define("skerry-help",st);var nt=class extends w{static{this.properties={desk:{attribute:!1}}}static{this.styles=[k,b`
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
        `]}constructor(){super(),new A(this)}render(){let t=this.desk.queue.lanes(T()),e=t.reduce((a,c)=>({lane:"",tickets:a.tickets+c.tickets,late:a.late+c.late,oldest:c.oldest<a.oldest?c.oldest:a.oldest}),{lane:"",tickets:0,late:0,oldest:"~"}),r=this.desk.lane,n=r!==""&&!t.some(a=>a.lane===r);if(t.length===0&&r==="")return l``;let i={lane:r,tickets:0,late:0,oldest:""};return l`<nav aria-label=${o.lanes}>
            ${t.length>1||r!==""?this.button(e,o.allLanes):""}
            ${t.map(a=>this.button(a,m(a.lane,63)))} ${n?this.button(i,m(r,63)):""}
        </nav>`}button(t,e){let r=_((T()-Date.parse(t.oldest))/1e3);return l`<button
            aria-pressed=${t.lane===this.desk.lane?"true":"false"}
            @click=${()=>this.desk.showLane(t.lane)}
        >
            <span class="name" dir="auto">${e}</span>
            <span class="load">
                ${o.laneLoad(t.tickets,0,r)}${t.late>0?l`, <span class="late">${o.late(t.late)}</span>`:""}
            </span>
        </button>`}};customElements.define("skerry-lanes",nt);var Zt={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},er=s=>(...t)=>({_$litDirective$:s,values:t}),Ae=class{constructor(t){}get _$AU(){return this._$AM._$AU}_$AT(t,e,r){this._$Ct=t,this._$AM=e,this._$Ci=r}_$AS(t,e){return this.update(t,e)}update(t,e){return this.render(...e)}};var{I:ns}=Ct,tr=s=>s;var rr=()=>document.createComment(""),Q=(s,t,e)=>{let r=s._$AA.parentNode,n=t===void 0?s._$AB:t._$AA;if(e===void 0){let i=r.insertBefore(rr(),n),a=r.insertBefore(rr(),n);e=new ns(i,a,s,s.options)}else{let i=e._$AB.nextSibling,a=e._$AM,c=a!==s;if(c){let d;e._$AQ?.(s),e._$AM=s,e._$AP!==void 0&&(d=s._$AU)!==a._$AU&&e._$AP(d)}if(i!==n||c){let d=e._$AA;for(;d!==i;){let h=tr(d).nextSibling;tr(r).insertBefore(d,n),d=h}}}return e},O=(s,t,e=s)=>(s._$AI(t,e),s),is={},sr=(s,t=is)=>s._$AH=t,nr=s=>s._$AH,_e=s=>{s._$AR(),s._$AA.remove()};var ir=(s,t,e)=>{let r=new Map;for(let n=t;n<=e;n++)r.set(s[n],n);return r},or=er(class extends Ae{constructor(s){if(super(s),s.type!==Zt.CHILD)throw Error("repeat() can only be used in text expressions")}dt(s,t,e){let r;e===void 0?e=t:t!==void 0&&(r=t);let n=[],i=[],a=0;for(let c of s)n[a]=r?r(c,a):a,i[a]=e(c,a),a++;return{values:i,keys:n}}render(s,t,e){return this.dt(s,t,e).values}update(s,[t,e,r]){let n=nr(s),{values:i,keys:a}=this.dt(t,e,r);if(!Array.isArray(n))return this.ut=a,i;let c=this.ut??=[],d=[],h,u,p=0,g=n.length-1,y=0,x=i.length-1;for(;p<=g&&y<=x;)if(n[p]===null)p++;else if(n[g]===null)g--;else if(c[p]===a[y])d[y]=O(n[p],i[y]),p++,y++;else if(c[g]===a[x])d[x]=O(n[g],i[x]),g--,x--;else if(c[p]===a[x])d[x]=O(n[p],i[x]),Q(s,d[x+1],n[p]),p++,x--;else if(c[g]===a[y])d[y]=O(n[g],i[y]),Q(s,n[p],n[g]),g--,y++;else if(h===void 0&&(h=ir(a,y,x),u=ir(c,p,g)),h.has(c[p]))if(h.has(c[g])){let R=u.get(a[y]),Te=R!==void 0?n[R]:null;if(Te===null){let ut=Q(s,n[p]);O(ut,i[y]),d[y]=ut}else d[y]=O(Te,i[y]),Q(s,n[p],Te),n[R]=null;y++}else _e(n[g]),g--;else _e(n[p]),p++;for(;y<=x;){let R=Q(s,d[x+1]);O(R,i[y]),d[y++]=R}for(;p<=g;){let R=n[p++];R!==null&&_e(R)}return this.ut=a,sr(s,d),M}});function L(s,t){return Object.hasOwn(s,t)?s[t]:void 0}var ar=2.75,lr=3.5,it=matchMedia("(pointer: coarse)"),dr=6,os=60,ot=class extends w{constructor(){super();this.chosenAt=-1;this.beforeRow="";this.first=0;this.shift=0;this.rowPx=0;this.onPointer=()=>this.requestUpdate();this.resizing=new ResizeObserver(()=>this.requestUpdate());this.isNewlyChosen=!1;this.onScroll=()=>{this.firstSeen()!==this.first&&this.requestUpdate()};this.onKey=e=>{let r=this.desk.rows,n=Math.max(1,Math.floor((this.box?.clientHeight??0)/this.rowPx)-1),i={ArrowDown:1,ArrowUp:-1,PageDown:n,PageUp:-n,Home:-r.length,End:r.length}[e.key];if(e.key==="Enter")this.dispatchEvent(new CustomEvent("open-row",{bubbles:!0,composed:!0}));else if(i!==void 0&&!e.ctrlKey&&!e.metaKey&&!e.altKey)this.desk.move(i);else return;e.preventDefault()};new A(this)}static{this.properties={desk:{attribute:!1}}}static{this.styles=[k,b`
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
                block-size: ${ar}rem;
                padding: 0.1rem 0.65rem;
                border-block-end: 1px solid var(--line);
                border-inline-start: 4px solid transparent;
                display: flex;
                flex-direction: column;
                justify-content: center;
                overflow: hidden;
                cursor: pointer;
                contain: strict;
            }
            @media (pointer: coarse) {
                .row {
                    block-size: ${lr}rem;
                }
            }
            .row:hover {
                background: var(--raised);
            }
            .row[aria-selected="true"] {
                background: var(--chosen);
                border-inline-start-color: var(--accent);
            }
            .first,
            .more {
                display: flex;
                gap: 0.4rem;
                align-items: center;
                white-space: nowrap;
                min-inline-size: 0;
            }
            .more {
                font-size: 0.75rem;
                color: var(--quiet);
                min-block-size: 1.1rem;
                line-height: 1.2;
            }
            .lane {
                overflow: hidden;
                text-overflow: ellipsis;
                flex: 1;
            }
            .time {
                font-variant-numeric: tabular-nums;
            }
            .row .chip {
                font-size: 0.75rem;
                line-height: 1.2;
                padding-block: 0;
                white-space: nowrap;
                flex: none;
            }
            /* Only a deadline that is near or over has a colour: it must be seen among a hundred others. */
            .row .time:not(.late, .soon) {
                border-color: transparent;
                color: var(--quiet);
                padding-inline: 0;
            }
            .question {
                flex: 1;
                min-inline-size: 0;
                overflow: hidden;
                text-overflow: ellipsis;
                font-size: 0.9375rem;
                line-height: 1.4;
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
                .row {
                    border-inline-start-color: Canvas;
                }
                .row .time:not(.late, .soon) {
                    border-color: Canvas;
                }
                .row[aria-selected="true"] {
                    outline: 2px solid Highlight;
                    outline-offset: -2px;
                }
            }
        `]}connectedCallback(){super.connectedCallback(),this.resizing.observe(this),it.addEventListener("change",this.onPointer)}disconnectedCallback(){super.disconnectedCallback(),this.resizing.disconnect(),it.removeEventListener("change",this.onPointer)}focus(){this.box?.focus()}get box(){return this.renderRoot.querySelector(".list")}willUpdate(e){super.willUpdate(e);let r=parseFloat(getComputedStyle(document.documentElement).fontSize);this.rowPx=(it.matches?lr:ar)*r;let n=this.desk.rows.findIndex(u=>u.row===this.desk.row),i=this.desk.row===this.beforeRow&&n>=0&&this.chosenAt>=0&&n!==this.chosenAt,{box:a,rowPx:c}=this,d=a===null?0:this.chosenAt*c-a.scrollTop,h=a!==null&&d>-c&&d<a.clientHeight;this.shift=i&&h?(n-this.chosenAt)*c:0,this.isNewlyChosen=this.desk.row!==this.beforeRow&&n>=0,(this.desk.row!==this.beforeRow||n>=0)&&(this.chosenAt=n),this.beforeRow=this.desk.row}updated(e){super.updated(e);let{box:r,rowPx:n}=this,i=this.renderRoot.querySelector(".space"),a=this.renderRoot.querySelector(".part");if(!(r===null||i===null||a===null)){if(i.style.blockSize=`${this.desk.rows.length*n}px`,a.style.transform=`translateY(${this.first*n}px)`,this.shift!==0&&(r.scrollTop+=this.shift),this.isNewlyChosen){let c=this.chosenAt*n;c<r.scrollTop?r.scrollTop=c:c+n>r.scrollTop+r.clientHeight&&(r.scrollTop=c+n-r.clientHeight)}this.firstSeen()!==this.first&&this.requestUpdate()}}firstSeen(){return Math.max(0,Math.floor((this.box?.scrollTop??0)/this.rowPx)-dr)}choose(e){this.desk.choose(e),this.dispatchEvent(new CustomEvent("open-row",{bubbles:!0,composed:!0}))}render(){let{rows:e,row:r,view:n,isRead:i}=this.desk;this.first=this.firstSeen();let a=Math.ceil((this.clientHeight||800)/this.rowPx)+2*dr,c=e.slice(this.first,this.first+a),d=n==="answered"?o.emptyAnswered:i?o.emptyQueue:o.reading,h=c.some(u=>u.row===r);return e.length===0?l`<p class="empty" tabindex="-1">${d}</p>`:l`<div
            class="list"
            role="listbox"
            tabindex="0"
            aria-label=${o.queue}
            aria-activedescendant=${h?`row-${r}`:""}
            @scroll=${this.onScroll}
            @keydown=${this.onKey}
        >
            <div class="space" role="presentation">
                <div class="part" role="presentation">
                    ${or(c,u=>u.row,(u,p)=>this.row(u,this.first+p,e.length))}
                </div>
            </div>
        </div>`}row(e,r,n){let i=this.desk.view==="answered"?null:K(e.due),a=i===null?"":i<0?o.over(_(i)):o.left(_(i)),c=i===null?"":i<0?"late":i<os?"soon":"",d=e.claimed_by!==""&&e.claimed_by===this.desk.me?.name,h=e.claimed_by===""?"":d?o.yours:o.claimedBy(e.claimed_by),u=L(o.kinds,e.kind)??"";return l`<div
            class="row"
            role="option"
            id="row-${e.row}"
            data-row=${e.row}
            aria-selected=${e.row===this.desk.row?"true":"false"}
            aria-setsize=${n}
            aria-posinset=${r+1}
            @click=${()=>this.choose(e.row)}
        >
            <span class="first">
                <bdi class="question" dir="auto">${m(e.text)}</bdi>
                ${a===""?"":l`<span class="chip time ${c}">${a}</span>`}
            </span>
            <span class="more">
                ${e.count>1?l`<span class="chip count">${o.viewers(e.count)}</span>`:""}
                ${u===""?"":l`<span class="chip late">${u}</span>`}
                ${h===""?"":l`<span class="chip owner ${d?"good":""}">${h}</span>`}
                <span class="lane"><bdi>${m(e.lane,63)}</bdi> · <bdi>${m(e.island,127)}</bdi></span>
            </span>
        </div>`}};customElements.define("skerry-queue",ot);var at=class extends w{constructor(){super();this.onInput=e=>this.desk.write(e.target.value);new A(this)}static{this.properties={desk:{attribute:!1}}}static{this.styles=[k,b`
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
        `]}focus(){this.field?.focus()}get field(){return this.renderRoot.querySelector("textarea")}updated(e){super.updated(e);let{field:r}=this;if(r===null||r.value===this.desk.text)return;let{selectionStart:n,selectionEnd:i,value:a}=r;r.value=this.desk.text,a!==""&&this.desk.text.startsWith(a)&&r.setSelectionRange(n,i)}ask(e){this.dispatchEvent(new CustomEvent(e,{bubbles:!0,composed:!0}))}render(){let{desk:e}=this,{text:r,isSending:n,isOthers:i,problem:a,opened:c}=e,d=e.chosen?.count??1,h=r.length>B,u=n||i||c===null||h||r.trim()==="",p=r.length>B/2?o.characters(r.length,B):"";return l`<section class="box" aria-label=${o.reply}>
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
                <button class="main send" ?disabled=${u} @click=${()=>e.send()}>
                    ${n?o.sending:o.send}<kbd>Ctrl+Enter</kbd>
                </button>
                <button class="send-resolve" ?disabled=${u} @click=${()=>e.send({resolve:!0})}>
                    ${o.sendAndResolve}
                </button>
                <button class="resolve" ?disabled=${i||c===null} @click=${()=>this.ask("ask-resolve")}>
                    ${o.resolve}<kbd>r</kbd>
                </button>
                <span class="grow quiet count">${p}</span>
                <button class="plain" ?disabled=${r.trim()===""||c===null} @click=${()=>this.ask("make-incident")}>
                    ${o.incident}
                </button>
            </div>
        </section>`}};customElements.define("skerry-reply",at);var lt=class extends w{constructor(){super();this.signIn=e=>{e.preventDefault();let n=this.renderRoot.querySelector("input")?.value.trim()??"";n!==""&&this.desk.signIn(n)};new A(this)}static{this.properties={desk:{attribute:!1}}}static{this.styles=[k,b`
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
        </main>`}};customElements.define("skerry-sign-in",lt);var cr={already_asked:"Ignored: people have a ticket with nearly equal words from the same public chat.",ambiguous:"Clarified: no answer is sure, but it is likely that one of the options is right ([offers] floor).",asked_for_person:'Escalated: the viewer asked for a person ("want": "person"), so the machine did not judge the question.',chatter:"Ignored: a line of a stream's public chat that asks the event's team for nothing.",clarify_streak:"Escalated: too many questions of the session in a row were clarified (max_clarify_streak).",confident:"Answered: the confidence of the best snippet reaches the threshold.",config:"The configuration cannot be used.",consent_missing:"Answered: the generic answer, because the viewer did not agree to one that depends on what her shop says of her.",cooling_down:"Ignored: the same answer was posted in this chat a moment ago (cool_down_s).",exact:"Answered: the question is one of the author's examples, word for word.",filtered:"Escalated or ignored: a filter of the island found a scam, a link or personal data ([filters]).",harm:"Escalated: the message probably tells of harm to somebody, or of fraud, so no machine answers it.",harm_possible:"Escalated: the message may tell of harm to somebody, or of fraud. The ticket has the flag possible_safety or possible_fraud.",hash_mismatch:"The bytes are not those that signed metadata lists.",human_active:"Escalated: this session belongs to people, so the machine does not answer in it.",incident:"Escalated: far more viewers than usual ask for this snippet, so its answer may no longer be right.",language_unsupported:"Escalated: the question is not in English, and no example of the island is similar to it.",length_mismatch:"There are more or fewer bytes than signed metadata lists.",low_confidence:"Escalated: a snippet is likely, but its confidence is below the threshold.",metadata_expired:"Signed metadata has expired.",metadata_invalid:"Signed metadata or an island breaks a rule of the format.",model_mismatch:"The island was compiled with another encoder than the one on this PoP.",model_selftest_failed:"The model on this PoP gives other results for the island's golden questions than at the publisher.",model_unavailable:"Escalated: triage failed on this question.",never_automate:'Escalated: the likely snippet has automation = "never".',none_of_these:"Escalated: the viewer picked none of the snippets that were offered. A new ticket has them in refused.",not_a_viewer:"Ignored: a bot or the tenant's own staff wrote it.",out_of_scope:"Escalated: no snippet is likely.",out_of_scope_budget:"Ignored: no snippet is about it, and people have had as many such questions of this minute from the stream's chat as the island allows.",parts:"Answered or clarified: the message asks for several things, and each has a likely snippet.",picked:"Answered: the viewer picked this snippet from those that were offered.",posted:"Escalated: the tenant's own system posted the message for people (POST /v1/tickets).",ramp:"Clarified: the drop has just begun, and choices and trees come before people ([ramp]).",repeated_answer:"Escalated: the session would get the same answer too often in a row (max_repeats).",review_required:'Escalated: the likely snippet has automation = "review", or a route asks for a review.',rollback:"Signed metadata or an island is older than what this PoP has already seen.",solved_waiting:"Answered: the viewer picked this snippet while waiting for a person, and the ticket is taken back.",surge:"Escalated: people cannot keep up, so the viewer is promised a callback instead of a place in the queue.",tree:"Answered: a step of a decision tree, or the answer at its end.",unreachable:"Another machine did not answer as it should."};var dt=class extends w{static{this.properties={candidate:{attribute:!1},number:{type:Number}}}static{this.styles=[k,b`
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
            .from {
                display: flex;
                flex-wrap: wrap;
                gap: 0.1rem 1.25rem;
            }
            .from:empty {
                display: none;
            }
            .answer {
                line-height: 1.5;
            }
        `]}ask(t){this.dispatchEvent(new CustomEvent(t,{bubbles:!0,composed:!0,detail:this.number}))}render(){let{candidate:t,number:e}=this,r=t.confidence===null?"":o.confidence(`${Math.round(t.confidence*100)} %`),n=t.automation==="review"||t.automation==="never";return l`<article aria-labelledby="name">
            <div class="bar">
                <h3 class="name" id="name"><bdi>${m(t.snippet,63)}</bdi></h3>
                ${r===""?"":l`<span class="chip">${r}</span>`}
                ${n?l`<span class="chip">${o.personOnly}</span>`:""}
                <span class="grow"></span>
                <button ?disabled=${ne(t)===""} @click=${()=>this.ask("insert-answer")}>
                    ${o.insert}<kbd>${e}</kbd><span class="unseen">${m(t.snippet,63)}</span>
                </button>
                <button class="plain" @click=${()=>this.ask("add-example")}>
                    ${o.addExample}<span class="unseen">${m(t.snippet,63)}</span>
                </button>
            </div>
            ${t.translation===null?"":as(t.translation)}
            ${t.answer===""?l`<p class="quiet">${o.noAnswer}</p>`:l`<p class="words answer" dir="auto">${$(t.answer)}</p>`}
            ${t.script===""?"":l`<div class="script">
                      <p class="quiet">${o.script}</p>
                      <p class="words" dir="auto">${$(t.script)}</p>
                  </div>`}
            <div class="from quiet">
                ${t.nearest===""?"":l`<p>${o.nearest}: <bdi class="words">${m(t.nearest)}</bdi></p>`}
                ${t.approvedBy===""?"":l`<p>
                          <bdi>${o.approved(m(t.approvedBy,100),q(t.approvedAt,"date"),t.revision)}</bdi>
                      </p>`}
            </div>
        </article>`}};function as(s){return l`<div class="translation">
        <p class="quiet">${o.translation(m(s.locale,35))}</p>
        <p class="words answer" dir="auto">${$(s.answer)}</p>
        <p class="quiet"><bdi>${o.approved(m(s.approvedBy,100),q(s.approvedAt,"date"),null)}</bdi></p>
    </div>`}customElements.define("skerry-candidate",dt);var pr=b`
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
    /* A question of many screens leaves room for the answers. */
    .question.long {
        max-block-size: 11rem;
        overflow: auto;
        font-size: 1rem;
    }
    .claim {
        margin-inline-start: auto;
        flex-wrap: nowrap;
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
        max-inline-size: 34rem;
    }
`;var ls=60,ds=700,ct=class extends w{constructor(){super();this.shownRow="";new A(this)}static{this.properties={desk:{attribute:!1}}}static{this.styles=[k,pr]}updated(e){super.updated(e),this.shownRow!==this.desk.row&&(this.scrollTop=0),this.shownRow=this.desk.row}render(){let{opened:e,row:r,openProblem:n}=this.desk;if(r==="")return l`<p class="empty">${this.whatToDo}</p>`;if(e===null)return l`<p class="empty" role="status">${n===""?o.loading:o.refused(n)}</p>`;let{ticket:i}=e;return l`${this.head(e)} ${ps(i)}
            <section aria-labelledby="asked">
                <h2 id="asked" class="unseen">${o.question}</h2>
                ${cs(i.text)}
            </section>
            ${hs(i)} ${this.replied(e)} ${this.candidates(i)} ${us(i)} ${ms(i)} ${fs(i)}
            ${gs(e)}
            ${ys(i)} ${ws(e)}`}get whatToDo(){let{desk:e}=this;return e.rows.length>0?o.noTicket:e.view==="open"&&e.isRead&&e.queue.list("").length===0?o.quiet:""}head(e){let{about:r,ticket:n}=e,i=this.desk.chosen,a=i?.count??1,c=this.desk.view==="open"&&this.desk.isListed,d=c?K(r.due):null,h=L(o.kinds,n.kind),u=Date.parse(r.received);return l`<header>
            <div class="bar">
                ${h?l`<span class="chip late">${h}</span>`:""}
                ${d===null?"":l`<span class="chip deadline ${d<0?"late":d<ls?"soon":""}">
                          ${d<0?o.over(_(d)):o.left(_(d))}
                      </span>`}
                ${c?l`<span class="chip">${o.waiting(_((T()-u)/1e3))}</span>`:""}
                ${a>1?l`<strong class="chip">${o.asks(a)}</strong>`:""}
                ${this.claimed(e,c)}
            </div>
            ${c||this.desk.view==="answered"?"":l`<p class="gone" role="status">${o.gone}</p>`}
            ${a>1&&!this.desk.forAll?this.members(i?.tickets.length??1):""}
        </header>`}claimed(e,r){let{desk:n}=this;if(!r)return"";let i=q(e.about.claimed_until,"clock");return n.isOthers?l`<div class="bar claim">
                <span class="chip soon" id="owner">${o.othersUntil(n.owner,i)}</span>
            </div>`:n.owner===""?l`<div class="bar claim">
                <span class="quiet" id="owner">${o.nobody}</span>
                <button @click=${()=>n.claim()}>${o.claim}<kbd>c</kbd></button>
            </div>`:l`<div class="bar claim">
            <span class="chip good" id="owner">${o.yoursUntil(i)}</span>
            <button @click=${()=>n.release()}>${o.release}<kbd>x</kbd></button>
        </div>`}members(e){return l`<div class="bar">
            <button aria-label=${o.viewerBefore} @click=${()=>this.desk.showMember(-1)}>−</button>
            <span>${o.viewerOf(this.desk.member+1,e)}</span>
            <button aria-label=${o.nextViewer} @click=${()=>this.desk.showMember(1)}>+</button>
        </div>`}replied({about:e}){return e.reply===""?"":l`<section aria-labelledby="replied">
            <h2 id="replied">${o.sentReply}</h2>
            <p class="words box" dir="auto">${$(e.reply)}</p>
        </section>`}candidates(e){return l`<section aria-labelledby="suggested">
            <h2 id="suggested">${o.suggestions}</h2>
            ${e.candidates.length===0?l`<p class="quiet">${o.noSuggestions}</p>`:""}
            ${e.candidates.map((r,n)=>l`<skerry-candidate .candidate=${r} .number=${n+1}></skerry-candidate>`)}
        </section>`}};function cs(s){return s.length>ds?l`<p class="words question long" dir="auto" tabindex="0">${$(s)}</p>`:l`<p class="words question" dir="auto">${$(s)}</p>`}function ps(s){let t=L(o.kindNotice,s.kind)??"";return t===""&&s.harm.length===0?"":l`<section class="care" aria-labelledby="care">
        <h2 id="care">${o.harmNotice}</h2>
        ${s.harm.map(([e,r])=>l`<p>${o.harmOf(L(o.harm,e)??m(e),`${Math.round(r*100)} %`)}</p>`)}
        ${t===""?"":l`<p>${t}</p>`}
    </section>`}function hs(s){let t=hr(s.because);return l`<section aria-labelledby="why">
        <h2 id="why">${o.why}</h2>
        <p><bdi>${hr(s.reason)||m(s.reason,63)}</bdi></p>
        ${t===""?"":l`<p class="quiet">${o.because(t)}</p>`}
        <div class="bar">
            ${s.promisedWaitS===null?"":l`<span class="chip">${o.promised(_(s.promisedWaitS))}</span>`}
            ${s.joins===""?"":l`<span class="chip">${o.followsUp}</span>`}
            ${s.languages.length<2?"":l`<span class="chip">
                      ${o.languages(m(s.languages[0]??"",35),m(s.languages[1]??"",35))}
                  </span>`}
            ${s.flags.map(e=>l`<span class="chip"><bdi>${m(e,80)}</bdi></span>`)}
        </div>
        ${ur(o.refusedOffers,s.refused.join(", "))} ${ur(o.picked,s.picked)}
    </section>`}function hr(s){let t=(L(cr,s)??"").replace(/^[^:.]{1,40}: /,"");return t.charAt(0).toUpperCase()+t.slice(1)}function ur(s,t){return t===""?"":l`<p class="quiet">${s}: <bdi class="words">${m(t)}</bdi></p>`}function us({path:s,typed:t}){return s.length===0?"":l`<section aria-labelledby="path">
        <h2 id="path">${o.path}</h2>
        <ol>
            ${s.map(e=>l`<li>
                        <span class="words" dir="auto">${$(e.say)}</span>
                        <p class="quiet"><bdi class="words">${o.pressed($(e.label))}</bdi></p>
                    </li>`)}
        </ol>
        ${t===null?"":l`<p><bdi class="words">${o.typed(m(t.name,63),m(t.value),t.isPersonal)}</bdi></p>`}
    </section>`}function ms({parts:s}){return s.length===0?"":l`<section aria-labelledby="parts">
        <h2 id="parts">${o.parts}</h2>
        <ol>
            ${s.map(t=>l`<li class="words" dir="auto">${$(t.text)} <bdi class="quiet">${m(t.snippet)}</bdi></li>`)}
        </ol>
    </section>`}function fs({transcript:s}){return s.length===0?"":l`<section aria-labelledby="transcript">
        <h2 id="transcript">${o.transcript}</h2>
        <ol class="turns">
            ${s.map(t=>l`<li>
                        <p class="words" dir="auto">${$(t.text)}</p>
                        <p class="quiet">
                            ${q(t.at)} · ${L(o.outcomes,t.outcome)??m(t.outcome,40)}
                            <bdi>${m(t.snippet,63)}</bdi>
                        </p>
                    </li>`)}
        </ol>
    </section>`}function gs({about:s}){let t=s.consent;return t==null?"":l`<section aria-labelledby="consent">
        <h2 id="consent">${o.consent}</h2>
        ${t.purposes.length===0?l`<p>${o.noConsent}</p>`:""}
        <ul>
            ${t.purposes.map(e=>l`<li><bdi>${m(e.purpose,63)}</bdi> · ${o.agreed(e.version,e.in_force)}</li>`)}
        </ul>
        ${t.hides_transcript?l`<p class="quiet">${o.hiddenTranscript}</p>`:""}
    </section>`}function ys({context:s}){return s.length===0?"":l`<section aria-labelledby="context">
        <h2 id="context">${o.context}</h2>
        ${mr(s)}
    </section>`}function mr(s){return l`<dl>
        ${s.filter(([,t])=>t!=="").map(([t,e])=>l`<dt dir="auto">${m(t.replaceAll("_"," "),63)}</dt>
                        <dd class="words" dir="auto">${$(e)}</dd>`)}
    </dl>`}function ws({about:s,ticket:t}){return l`<details>
        <summary>${o.facts}</summary>
        ${mr([[o.island,t.island],[o.lane,t.lane],[o.channel,t.channel],[o.locale,t.locale],[o.sourceId,t.sourceId],[o.pop,t.pop],[o.ticket,t.id]])}
        <h2>${o.history}</h2>
        <ol>
            ${s.history.map(e=>l`<li>
                        <bdi>${m(e.who,63)}</bdi> ${L(o.actions,e.action)??m(e.action,63)}
                        <span class="quiet">${q(e.at)}</span>
                    </li>`)}
        </ol>
    </details>`}customElements.define("skerry-ticket",ct);var fr=b`
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
        inline-size: clamp(20rem, 34vw, 30rem);
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
    /* A page at 400 % has room for three lines: then ticket and reply scroll as one. */
    @media (max-height: 480px) {
        .ticket {
            display: block;
            overflow: auto;
        }
        .side {
            overflow: auto;
        }
        skerry-lanes {
            flex: none;
        }
        skerry-queue {
            flex: none;
            block-size: 100%;
        }
        skerry-ticket {
            overflow: visible;
        }
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
`;var vs={j:"next",k:"before",c:"claim",x:"release",e:"edit",r:"resolve","?":"help",1:"insert-1",2:"insert-2",3:"insert-3"},bs=new Set(["next","before"]);function gr(s,t,e){let r=ks(s,t,e);return s.repeat&&!bs.has(r)?null:r}function ks(s,t,e){return s.isComposing?null:(s.ctrlKey||s.metaKey)&&s.key==="Enter"?s.shiftKey?"send-resolve":"send":s.ctrlKey||s.metaKey||s.altKey?null:s.key==="Escape"?"leave":t||!e?null:vs[$s(s)]??null}function $s({key:s,code:t,shiftKey:e}){if(/^[a-z0-9?]$/i.test(s))return s.toLowerCase();let r=/^Digit([123])$/.exec(t)??(s>"~"?/^Key([A-Z])$/.exec(t):null);return r!==null&&!e?(r[1]??"").toLowerCase():s==="؟"?"?":s}var xs=new Set(["checkbox","radio","button","submit","reset","range"]);function Ee(s){return s instanceof HTMLInputElement?!xs.has(s.type):s instanceof HTMLTextAreaElement||s instanceof HTMLSelectElement?!0:s instanceof HTMLElement&&s.isContentEditable}var Ss=["open","answered","drafts","board"],pt=matchMedia("(max-width: 700px)"),As=new Set(["send","send-resolve","resolve"]),_s=6e3,Es=1500,ht=class extends w{constructor(){super();this.desk=new Se;this.isInTicket=!1;this.early={row:"",acts:[]};this.noticeTimer=0;this.noticeShown="";this.onWidth=()=>{this.toggleAttribute("dock",pt.matches||new URLSearchParams(location.search).has("dock")),this.requestUpdate()};this.onKey=e=>{let r=e.composedPath()[0];if(!this.desk.isSignedIn||this.hasDialog)return;let n=gr(e,Ee(r),me());n!==null&&(e.preventDefault(),this.doEarly(),this.do(n,r))};this.resolve=()=>{this.renderRoot.querySelector("dialog")?.close(),this.desk.resolve()};new A(this,()=>this.onChange())}static{this.styles=[k,fr]}connectedCallback(){super.connectedCallback(),fe(),pt.addEventListener("change",this.onWidth),document.addEventListener("keydown",this.onKey),this.onWidth(),this.desk.start()}disconnectedCallback(){super.disconnectedCallback(),pt.removeEventListener("change",this.onWidth),document.removeEventListener("keydown",this.onKey)}get isDock(){return this.hasAttribute("dock")}onChange(){let{desk:e}=this;this.doEarly(),e.notice!==this.noticeShown&&(this.noticeShown=e.notice,window.clearTimeout(this.noticeTimer),this.noticeTimer=window.setTimeout(()=>{e.notice="",e.tell()},_s));let r=e.isSignedIn?e.queue.list("").reduce((n,i)=>n+i.count,0):0;document.title=r>0?`(${r}) ${o.title}`:o.title}updated(e){super.updated(e),this.desk.row===""&&this.isInTicket&&(this.isInTicket=!1,this.requestUpdate())}get hasDialog(){return["skerry-help","skerry-draft"].some(n=>this.renderRoot.querySelector(n)?.renderRoot.querySelector("dialog")?.open)||this.renderRoot.querySelector("dialog")?.open===!0}do(e,r){let{desk:n}=this;if(e==="help")return this.renderRoot.querySelector("skerry-help")?.show();if(e==="leave")return this.leave(r);if(!(n.view!=="open"&&n.view!=="answered")){if(e==="next"||e==="before")return this.move(e==="next"?1:-1);if(e==="edit")return this.edit();if(n.opened===null)return this.keepEarly(e);e==="claim"?n.claim():e==="release"?n.release():e==="resolve"?this.askResolve():e==="send"||e==="send-resolve"?this.send(e==="send-resolve",r):n.insert(Number(e.slice(-1)))}}async send(e,r){let{row:n}=this.desk;await this.desk.send({resolve:e}),!(this.desk.row===n||!Ee(r))&&(r.blur(),this.isDock||this.renderRoot.querySelector("skerry-queue")?.focus())}keepEarly(e){let{row:r}=this.desk;r!==""&&(this.early.row!==r&&(this.early={row:r,acts:[]}),!(this.early.acts.length===0&&As.has(e)&&!this.desk.hasBegunToWrite)&&this.early.acts.push(e))}doEarly(){let{early:e,desk:r}=this;if(!(e.acts.length===0||e.row===r.row&&r.opened===null)&&(this.early={row:"",acts:[]},e.row===r.row))for(let n of e.acts)this.do(n,null)}move(e){this.desk.move(e),this.isDock||this.renderRoot.querySelector("skerry-queue")?.focus()}edit(){this.renderRoot.querySelector("skerry-reply")?.focus()}leave(e){Ee(e)&&e.blur(),this.showList()}showList(){this.isInTicket=!1,this.requestUpdate(),this.updateComplete.then(()=>this.renderRoot.querySelector("skerry-queue")?.focus())}showTicket(){this.isDock&&(this.isInTicket=!0,this.requestUpdate(),this.updateComplete.then(()=>this.renderRoot.querySelector(".back button")?.focus()))}askResolve(){this.desk.isOthers||this.desk.opened===null||(this.desk.view==="answered"||this.desk.opened.about.reply!==""?this.desk.resolve():this.renderRoot.querySelector("dialog")?.showModal())}askExample(e){let r=this.desk.opened?.ticket;if(!r)return;let n=r.candidates[e-1]?.snippet??"";this.renderRoot.querySelector("skerry-draft")?.ask("example",Z(r.text),n)}render(){let{desk:e}=this;return e.isSignedIn?l`${this.top()} ${this.connection()}
            <main
                @open-row=${()=>this.showTicket()}
                @insert-answer=${r=>e.insert(r.detail)}
                @add-example=${r=>this.askExample(r.detail)}
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
                ${Ss.map(r=>l`<button aria-current=${e.view===r?"page":"false"} @click=${()=>e.show(r)}>
                            ${o.views[r]}
                        </button>`)}
            </nav>
            <span class="grow said" role="status">${e.notice}</span>
            <bdi class="quiet who">${e.me?o.signedInAs(e.me.name,e.me.tenant,e.me.lane):""}</bdi>
            <button aria-label=${o.help} @click=${()=>this.do("help",null)}><kbd class="alone">?</kbd></button>
            <button class="plain" @click=${()=>e.signOut()}>${o.signOut}</button>
        </header>`}connection(){let{desk:e}=this,r=e.connection==="lost"&&T()-e.lostAt>=Es,n=r?o.lost(_((T()-e.lostAt)/1e3)):e.connection==="connecting"&&!e.isRead?o.connecting:"";return l`<div class="lost soon" role="region" aria-label=${o.connection} ?hidden=${n===""}>${n}</div>
            <div class="unseen" role="status">${r?o.lostShort:""}</div>`}view(){let{desk:e}=this;if(e.view==="drafts")return l`<skerry-drafts .desk=${e}></skerry-drafts>`;if(e.view==="board")return l`<skerry-board .desk=${e}></skerry-board>`;let r=this.isDock&&this.isInTicket;return l`<div class="side" ?hidden=${r}>
                <skerry-lanes .desk=${e} ?dock=${this.isDock} ?hidden=${e.view!=="open"}></skerry-lanes>
                <skerry-queue .desk=${e}></skerry-queue>
            </div>
            <div class="ticket" ?hidden=${this.isDock&&!r}>
                ${r?l`<div class="back"><button @click=${()=>this.showList()}>${o.back}<kbd>Esc</kbd></button></div>`:""}
                <skerry-ticket .desk=${e}></skerry-ticket>
                <skerry-reply .desk=${e} ?hidden=${e.row===""}></skerry-reply>
            </div>`}};customElements.define("skerry-desk",ht);
