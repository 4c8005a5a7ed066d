var de=globalThis,ce=de.ShadowRoot&&(de.ShadyCSS===void 0||de.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,qe=Symbol(),kt=new WeakMap,X=class{constructor(t,e,r){if(this._$cssResult$=!0,r!==qe)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=t,this.t=e}get styleSheet(){let t=this.o,e=this.t;if(ce&&t===void 0){let r=e!==void 0&&e.length===1;r&&(t=kt.get(e)),t===void 0&&((this.o=t=new CSSStyleSheet).replaceSync(this.cssText),r&&kt.set(e,t))}return t}toString(){return this.cssText}},$t=s=>new X(typeof s=="string"?s:s+"",void 0,qe),b=(s,...t)=>{let e=s.length===1?s[0]:t.reduce((r,n,i)=>r+(a=>{if(a._$cssResult$===!0)return a.cssText;if(typeof a=="number")return a;throw Error("Value passed to 'css' function must be a 'css' function result: "+a+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(n)+s[i+1],s[0]);return new X(e,s,qe)},xt=(s,t)=>{if(ce)s.adoptedStyleSheets=t.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let e of t){let r=document.createElement("style"),n=de.litNonce;n!==void 0&&r.setAttribute("nonce",n),r.textContent=e.cssText,s.appendChild(r)}},Le=ce?s=>s:s=>s instanceof CSSStyleSheet?(t=>{let e="";for(let r of t.cssRules)e+=r.cssText;return $t(e)})(s):s;var{is:Pr,defineProperty:Cr,getOwnPropertyDescriptor:Mr,getOwnPropertyNames:qr,getOwnPropertySymbols:Lr,getPrototypeOf:Ir}=Object,pe=globalThis,St=pe.trustedTypes,Dr=St?St.emptyScript:"",Or=pe.reactiveElementPolyfillSupport,Z=(s,t)=>s,Ie={toAttribute(s,t){switch(t){case Boolean:s=s?Dr:null;break;case Object:case Array:s=s==null?s:JSON.stringify(s)}return s},fromAttribute(s,t){let e=s;switch(t){case Boolean:e=s!==null;break;case Number:e=s===null?null:Number(s);break;case Object:case Array:try{e=JSON.parse(s)}catch{e=null}}return e}},_t=(s,t)=>!Pr(s,t),At={attribute:!0,type:String,converter:Ie,reflect:!1,useDefault:!1,hasChanged:_t};Symbol.metadata??=Symbol("metadata"),pe.litPropertyMetadata??=new WeakMap;var M=class extends HTMLElement{static addInitializer(t){this._$Ei(),(this.l??=[]).push(t)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(t,e=At){if(e.state&&(e.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(t)&&((e=Object.create(e)).wrapped=!0),this.elementProperties.set(t,e),!e.noAccessor){let r=Symbol(),n=this.getPropertyDescriptor(t,r,e);n!==void 0&&Cr(this.prototype,t,n)}}static getPropertyDescriptor(t,e,r){let{get:n,set:i}=Mr(this.prototype,t)??{get(){return this[e]},set(a){this[e]=a}};return{get:n,set(a){let d=n?.call(this);i?.call(this,a),this.requestUpdate(t,d,r)},configurable:!0,enumerable:!0}}static getPropertyOptions(t){return this.elementProperties.get(t)??At}static _$Ei(){if(this.hasOwnProperty(Z("elementProperties")))return;let t=Ir(this);t.finalize(),t.l!==void 0&&(this.l=[...t.l]),this.elementProperties=new Map(t.elementProperties)}static finalize(){if(this.hasOwnProperty(Z("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(Z("properties"))){let e=this.properties,r=[...qr(e),...Lr(e)];for(let n of r)this.createProperty(n,e[n])}let t=this[Symbol.metadata];if(t!==null){let e=litPropertyMetadata.get(t);if(e!==void 0)for(let[r,n]of e)this.elementProperties.set(r,n)}this._$Eh=new Map;for(let[e,r]of this.elementProperties){let n=this._$Eu(e,r);n!==void 0&&this._$Eh.set(n,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(t){let e=[];if(Array.isArray(t)){let r=new Set(t.flat(1/0).reverse());for(let n of r)e.unshift(Le(n))}else t!==void 0&&e.push(Le(t));return e}static _$Eu(t,e){let r=e.attribute;return r===!1?void 0:typeof r=="string"?r:typeof t=="string"?t.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(t=>this.enableUpdating=t),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(t=>t(this))}addController(t){(this._$EO??=new Set).add(t),this.renderRoot!==void 0&&this.isConnected&&t.hostConnected?.()}removeController(t){this._$EO?.delete(t)}_$E_(){let t=new Map,e=this.constructor.elementProperties;for(let r of e.keys())this.hasOwnProperty(r)&&(t.set(r,this[r]),delete this[r]);t.size>0&&(this._$Ep=t)}createRenderRoot(){let t=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return xt(t,this.constructor.elementStyles),t}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(t=>t.hostConnected?.())}enableUpdating(t){}disconnectedCallback(){this._$EO?.forEach(t=>t.hostDisconnected?.())}attributeChangedCallback(t,e,r){this._$AK(t,r)}_$ET(t,e){let r=this.constructor.elementProperties.get(t),n=this.constructor._$Eu(t,r);if(n!==void 0&&r.reflect===!0){let i=(r.converter?.toAttribute!==void 0?r.converter:Ie).toAttribute(e,r.type);this._$Em=t,i==null?this.removeAttribute(n):this.setAttribute(n,i),this._$Em=null}}_$AK(t,e){let r=this.constructor,n=r._$Eh.get(t);if(n!==void 0&&this._$Em!==n){let i=r.getPropertyOptions(n),a=typeof i.converter=="function"?{fromAttribute:i.converter}:i.converter?.fromAttribute!==void 0?i.converter:Ie;this._$Em=n;let d=a.fromAttribute(e,i.type);this[n]=d??this._$Ej?.get(n)??d,this._$Em=null}}requestUpdate(t,e,r,n=!1,i){if(t!==void 0){let a=this.constructor;if(n===!1&&(i=this[t]),r??=a.getPropertyOptions(t),!((r.hasChanged??_t)(i,e)||r.useDefault&&r.reflect&&i===this._$Ej?.get(t)&&!this.hasAttribute(a._$Eu(t,r))))return;this.C(t,e,r)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(t,e,{useDefault:r,reflect:n,wrapped:i},a){r&&!(this._$Ej??=new Map).has(t)&&(this._$Ej.set(t,a??e??this[t]),i!==!0||a!==void 0)||(this._$AL.has(t)||(this.hasUpdated||r||(e=void 0),this._$AL.set(t,e)),n===!0&&this._$Em!==t&&(this._$Eq??=new Set).add(t))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let t=this.scheduleUpdate();return t!=null&&await t,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[n,i]of this._$Ep)this[n]=i;this._$Ep=void 0}let r=this.constructor.elementProperties;if(r.size>0)for(let[n,i]of r){let{wrapped:a}=i,d=this[n];a!==!0||this._$AL.has(n)||d===void 0||this.C(n,void 0,i,d)}}let t=!1,e=this._$AL;try{t=this.shouldUpdate(e),t?(this.willUpdate(e),this._$EO?.forEach(r=>r.hostUpdate?.()),this.update(e)):this._$EM()}catch(r){throw t=!1,this._$EM(),r}t&&this._$AE(e)}willUpdate(t){}_$AE(t){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(t)),this.updated(t)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(t){return!0}update(t){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(t){}firstUpdated(t){}};M.elementStyles=[],M.shadowRootOptions={mode:"open"},M[Z("elementProperties")]=new Map,M[Z("finalized")]=new Map,Or?.({ReactiveElement:M}),(pe.reactiveElementVersions??=[]).push("2.1.2");var Oe=globalThis,Et=s=>s,ue=Oe.trustedTypes,Tt=ue?ue.createPolicy("lit-html",{createHTML:s=>s}):void 0,Ne="$lit$",q=`lit$${Math.random().toFixed(9).slice(2)}$`,He="?"+q,Nr=`<${He}>`,B=document,ee=()=>B.createComment(""),te=s=>s===null||typeof s!="object"&&typeof s!="function",Ue=Array.isArray,Lt=s=>Ue(s)||typeof s?.[Symbol.iterator]=="function",De=`[ 	
\f\r]`,J=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,Rt=/-->/g,Pt=/>/g,U=RegExp(`>|${De}(?:([^\\s"'>=/]+)(${De}*=${De}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),Ct=/'/g,Mt=/"/g,It=/^(?:script|style|textarea|title)$/i,ze=s=>(t,...e)=>({_$litType$:s,strings:t,values:e}),l=ze(1),en=ze(2),tn=ze(3),L=Symbol.for("lit-noChange"),S=Symbol.for("lit-nothing"),qt=new WeakMap,z=B.createTreeWalker(B,129);function Dt(s,t){if(!Ue(s)||!s.hasOwnProperty("raw"))throw Error("invalid template strings array");return Tt!==void 0?Tt.createHTML(t):t}var Ot=(s,t)=>{let e=s.length-1,r=[],n,i=t===2?"<svg>":t===3?"<math>":"",a=J;for(let d=0;d<e;d++){let c=s[d],u,m,p=-1,g=0;for(;g<c.length&&(a.lastIndex=g,m=a.exec(c),m!==null);)g=a.lastIndex,a===J?m[1]==="!--"?a=Rt:m[1]!==void 0?a=Pt:m[2]!==void 0?(It.test(m[2])&&(n=RegExp("</"+m[2],"g")),a=U):m[3]!==void 0&&(a=U):a===U?m[0]===">"?(a=n??J,p=-1):m[1]===void 0?p=-2:(p=a.lastIndex-m[2].length,u=m[1],a=m[3]===void 0?U:m[3]==='"'?Mt:Ct):a===Mt||a===Ct?a=U:a===Rt||a===Pt?a=J:(a=U,n=void 0);let y=a===U&&s[d+1].startsWith("/>")?" ":"";i+=a===J?c+Nr:p>=0?(r.push(u),c.slice(0,p)+Ne+c.slice(p)+q+y):c+q+(p===-2?d:y)}return[Dt(s,i+(s[e]||"<?>")+(t===2?"</svg>":t===3?"</math>":"")),r]},re=class s{constructor({strings:t,_$litType$:e},r){let n;this.parts=[];let i=0,a=0,d=t.length-1,c=this.parts,[u,m]=Ot(t,e);if(this.el=s.createElement(u,r),z.currentNode=this.el.content,e===2||e===3){let p=this.el.content.firstChild;p.replaceWith(...p.childNodes)}for(;(n=z.nextNode())!==null&&c.length<d;){if(n.nodeType===1){if(n.hasAttributes())for(let p of n.getAttributeNames())if(p.endsWith(Ne)){let g=m[a++],y=n.getAttribute(p).split(q),x=/([.?@])?(.*)/.exec(g);c.push({type:1,index:i,name:x[2],strings:y,ctor:x[1]==="."?me:x[1]==="?"?fe:x[1]==="@"?ge:K}),n.removeAttribute(p)}else p.startsWith(q)&&(c.push({type:6,index:i}),n.removeAttribute(p));if(It.test(n.tagName)){let p=n.textContent.split(q),g=p.length-1;if(g>0){n.textContent=ue?ue.emptyScript:"";for(let y=0;y<g;y++)n.append(p[y],ee()),z.nextNode(),c.push({type:2,index:++i});n.append(p[g],ee())}}}else if(n.nodeType===8)if(n.data===He)c.push({type:2,index:i});else{let p=-1;for(;(p=n.data.indexOf(q,p+1))!==-1;)c.push({type:7,index:i}),p+=q.length-1}i++}}static createElement(t,e){let r=B.createElement("template");return r.innerHTML=t,r}};function W(s,t,e=s,r){if(t===L)return t;let n=r!==void 0?e._$Co?.[r]:e._$Cl,i=te(t)?void 0:t._$litDirective$;return n?.constructor!==i&&(n?._$AO?.(!1),i===void 0?n=void 0:(n=new i(s),n._$AT(s,e,r)),r!==void 0?(e._$Co??=[])[r]=n:e._$Cl=n),n!==void 0&&(t=W(s,n._$AS(s,t.values),n,r)),t}var he=class{constructor(t,e){this._$AV=[],this._$AN=void 0,this._$AD=t,this._$AM=e}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(t){let{el:{content:e},parts:r}=this._$AD,n=(t?.creationScope??B).importNode(e,!0);z.currentNode=n;let i=z.nextNode(),a=0,d=0,c=r[0];for(;c!==void 0;){if(a===c.index){let u;c.type===2?u=new Q(i,i.nextSibling,this,t):c.type===1?u=new c.ctor(i,c.name,c.strings,this,t):c.type===6&&(u=new ye(i,this,t)),this._$AV.push(u),c=r[++d]}a!==c?.index&&(i=z.nextNode(),a++)}return z.currentNode=B,n}p(t){let e=0;for(let r of this._$AV)r!==void 0&&(r.strings!==void 0?(r._$AI(t,r,e),e+=r.strings.length-2):r._$AI(t[e])),e++}},Q=class s{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(t,e,r,n){this.type=2,this._$AH=S,this._$AN=void 0,this._$AA=t,this._$AB=e,this._$AM=r,this.options=n,this._$Cv=n?.isConnected??!0}get parentNode(){let t=this._$AA.parentNode,e=this._$AM;return e!==void 0&&t?.nodeType===11&&(t=e.parentNode),t}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(t,e=this){t=W(this,t,e),te(t)?t===S||t==null||t===""?(this._$AH!==S&&this._$AR(),this._$AH=S):t!==this._$AH&&t!==L&&this._(t):t._$litType$!==void 0?this.$(t):t.nodeType!==void 0?this.T(t):Lt(t)?this.k(t):this._(t)}O(t){return this._$AA.parentNode.insertBefore(t,this._$AB)}T(t){this._$AH!==t&&(this._$AR(),this._$AH=this.O(t))}_(t){this._$AH!==S&&te(this._$AH)?this._$AA.nextSibling.data=t:this.T(B.createTextNode(t)),this._$AH=t}$(t){let{values:e,_$litType$:r}=t,n=typeof r=="number"?this._$AC(t):(r.el===void 0&&(r.el=re.createElement(Dt(r.h,r.h[0]),this.options)),r);if(this._$AH?._$AD===n)this._$AH.p(e);else{let i=new he(n,this),a=i.u(this.options);i.p(e),this.T(a),this._$AH=i}}_$AC(t){let e=qt.get(t.strings);return e===void 0&&qt.set(t.strings,e=new re(t)),e}k(t){Ue(this._$AH)||(this._$AH=[],this._$AR());let e=this._$AH,r,n=0;for(let i of t)n===e.length?e.push(r=new s(this.O(ee()),this.O(ee()),this,this.options)):r=e[n],r._$AI(i),n++;n<e.length&&(this._$AR(r&&r._$AB.nextSibling,n),e.length=n)}_$AR(t=this._$AA.nextSibling,e){for(this._$AP?.(!1,!0,e);t!==this._$AB;){let r=Et(t).nextSibling;Et(t).remove(),t=r}}setConnected(t){this._$AM===void 0&&(this._$Cv=t,this._$AP?.(t))}},K=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(t,e,r,n,i){this.type=1,this._$AH=S,this._$AN=void 0,this.element=t,this.name=e,this._$AM=n,this.options=i,r.length>2||r[0]!==""||r[1]!==""?(this._$AH=Array(r.length-1).fill(new String),this.strings=r):this._$AH=S}_$AI(t,e=this,r,n){let i=this.strings,a=!1;if(i===void 0)t=W(this,t,e,0),a=!te(t)||t!==this._$AH&&t!==L,a&&(this._$AH=t);else{let d=t,c,u;for(t=i[0],c=0;c<i.length-1;c++)u=W(this,d[r+c],e,c),u===L&&(u=this._$AH[c]),a||=!te(u)||u!==this._$AH[c],u===S?t=S:t!==S&&(t+=(u??"")+i[c+1]),this._$AH[c]=u}a&&!n&&this.j(t)}j(t){t===S?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,t??"")}},me=class extends K{constructor(){super(...arguments),this.type=3}j(t){this.element[this.name]=t===S?void 0:t}},fe=class extends K{constructor(){super(...arguments),this.type=4}j(t){this.element.toggleAttribute(this.name,!!t&&t!==S)}},ge=class extends K{constructor(t,e,r,n,i){super(t,e,r,n,i),this.type=5}_$AI(t,e=this){if((t=W(this,t,e,0)??S)===L)return;let r=this._$AH,n=t===S&&r!==S||t.capture!==r.capture||t.once!==r.once||t.passive!==r.passive,i=t!==S&&(r===S||n);n&&this.element.removeEventListener(this.name,this,r),i&&this.element.addEventListener(this.name,this,t),this._$AH=t}handleEvent(t){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,t):this._$AH.handleEvent(t)}},ye=class{constructor(t,e,r){this.element=t,this.type=6,this._$AN=void 0,this._$AM=e,this.options=r}get _$AU(){return this._$AM._$AU}_$AI(t){W(this,t)}},Nt={M:Ne,P:q,A:He,C:1,L:Ot,R:he,D:Lt,V:W,I:Q,H:K,N:fe,U:ge,B:me,F:ye},Hr=Oe.litHtmlPolyfillSupport;Hr?.(re,Q),(Oe.litHtmlVersions??=[]).push("3.3.3");var Ht=(s,t,e)=>{let r=e?.renderBefore??t,n=r._$litPart$;if(n===void 0){let i=e?.renderBefore??null;r._$litPart$=n=new Q(t.insertBefore(ee(),i),i,void 0,e??{})}return n._$AI(s),n};var Be=globalThis,v=class extends M{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let t=super.createRenderRoot();return this.renderOptions.renderBefore??=t.firstChild,t}update(t){let e=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(t),this._$Do=Ht(e,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return L}};v._$litElement$=!0,v.finalized=!0,Be.litElementHydrateSupport?.({LitElement:v});var Ur=Be.litElementPolyfillSupport;Ur?.({LitElement:v});(Be.litElementVersions??=[]).push("4.2.2");var We=["system","light","dark"],Ke=["ltr","rtl"];function Fe(s,t,e){try{let r=localStorage.getItem(`skerry-${s}`);return t.find(n=>n===r)??e}catch{return e}}function je(s,t){try{localStorage.setItem(`skerry-${s}`,t)}catch{}}var Qe=()=>Fe("theme",We,"system"),Ve=()=>Fe("direction",Ke,"ltr"),ve=()=>Fe("keys",["on","off"],"on")==="on";function we(){document.documentElement.dataset.theme=Qe(),document.documentElement.dir=Ve()}function Ut(s){je("theme",s),we()}function zt(s){je("direction",s),we()}function Bt(s){je("keys",s?"on":"off")}var k=b`
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
`;var Wt=0;function Kt(s){let t=Date.parse(s);Number.isFinite(t)&&(Wt=t-Date.now())}function R(){return Date.now()+Wt}function V(s){if(!s)return null;let t=Date.parse(s);return Number.isFinite(t)?(t-R())/1e3:null}function _(s){let t=Math.abs(s);return t<60?`${Math.floor(t)} s`:t<3600?`${Math.floor(t/60)} min`:t<86400?`${Math.floor(t/3600)} h`:`${Math.floor(t/86400)} d`}function P(s,t="time"){let e=Date.parse(s??"");if(!Number.isFinite(e))return"";let r=new Date(e);return t==="clock"?r.toLocaleTimeString(void 0,{timeStyle:"short"}):t==="date"?r.toLocaleDateString(void 0,{dateStyle:"medium"}):r.toLocaleString(void 0,{dateStyle:"short",timeStyle:"short"})}var zr=/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu,Br=/\r\n|\r|\u2028|\u2029/g;function $(s){return s.replace(Br,`
`).replace(zr,"□")}function h(s,t=300){let e=$(s).replace(/\s+/g," ").trim();return e.length>t?`${e.slice(0,t).replace(/[\ud800-\udbff]$/,"")}…`:e}function se(s){return s.replace(/\r\n?/g,`
`).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,"")}var N=class extends Error{constructor(e,r,n,i=null){super(n);this.family=e;this.reason=r;this.retryAfterS=i;this.name="PopError"}};var ne=s=>new N("unreachable","unreachable",s);var Ft={timeoutMs:1e4,maxWaitS:5,maxBodyBytes:1048576,firstByteMs:2e3,idleMs:4e4,maxFailures:8},Wr=1,be=class{constructor(t,e){this.bounds=e;let r=URL.canParse(t)?new URL(t):null;if(r===null||!["http:","https:"].includes(r.protocol))throw new TypeError("found no http:// or https:// address, expected a PoP's");this.base=r.origin+r.pathname.replace(/\/$/,"")}async send(t,e){let r=await this.request(t,e);if(r.status!==200&&r.status!==202)throw Fr(r);return r}async request(t,e){let r=await this.once(t,e);if(r.status!==503)return r;let n=jt(r.headers)??Wr;return n>this.bounds.maxWaitS?r:(await jr(n*1e3),this.once(t,e))}async open(t,e,r){try{return await fetch(this.base+t,{...e,signal:r,redirect:"manual",credentials:"omit",cache:"no-store"})}catch{throw ne(`${this.base} could not be reached`)}}async once(t,e){let r=AbortSignal.timeout(this.bounds.timeoutMs),n=await this.open(t,e,e.signal?AbortSignal.any([e.signal,r]):r);try{return await Ge(n,this.bounds.maxBodyBytes)}catch(i){throw i instanceof N?i:ne(`${this.base} did not send all of its response`)}}};async function Ge(s,t){return{status:s.status,headers:s.headers,body:await Kr(s,t)}}async function Kr(s,t){let e=[],r=0;for await(let i of Ye(s)){if(r+=i.length,r>t)throw ne(`found more than ${t} bytes, expected a PoP's response`);e.push(i)}let n=new Uint8Array(r);return e.reduce((i,a)=>(n.set(a,i),i+a.length),0),n}async function*Ye(s){let t=s.body?.getReader();if(t!==void 0)try{for(;;){let{done:e,value:r}=await t.read();if(e)return;yield r}}finally{t.cancel().catch(()=>{})}}function Xe({status:s,body:t}){let{reason:e,detail:r}=(s<400?null:Ze(t))??{};return typeof e=="string"&&typeof r=="string"?{reason:e,detail:r}:null}function Fr(s){let{status:t,headers:e}=s,r=Xe(s);if(r===null)return ne(`found HTTP ${t} without a problem document, expected a PoP`);let{reason:n,detail:i}=r,a=t===429?"limited":t>=500?"unreachable":"refused";return new N(a,n,`${i} (${n})`,jt(e))}function Ze(s){try{let t=JSON.parse(new TextDecoder("utf-8",{fatal:!0}).decode(s));return typeof t=="object"&&t!==null&&!Array.isArray(t)?{...t}:null}catch{return null}}function jt(s){let t=s.get("Retry-After")??"";return/^\d{1,9}$/.test(t)?Number(t):null}function jr(s){return new Promise(t=>setTimeout(t,s))}var w=class extends Error{constructor(e,r,n){super(n);this.status=e;this.reason=r}get refusesToken(){return this.reason==="unauthorised"}},Qt=16*1048576,Qr=/^[\x21-\x7e]+$/,ke=class{constructor(t){this.token=t;this.exchange=new be(location.origin,{...Ft,timeoutMs:2e4,maxBodyBytes:Qt})}async get(t,e){return this.document(t,{headers:this.headers(),...e===void 0?{}:{signal:e}})}async post(t,e){let r={...this.headers(),"Content-Type":"application/json"};return this.document(t,{method:"POST",body:JSON.stringify(e),headers:r})}async*stream(t,e,r){let n={...this.headers(),Accept:"text/event-stream"};try{let i=await this.exchange.open(t,{headers:n},e);if(!i.ok)throw Vt(await Ge(i,Qt));r(),yield*Ye(i)}catch(i){throw Gt(i,e)}}async document(t,e){try{let r=await this.exchange.request(t,e);if(r.status<200||r.status>299)throw Vt(r);let n=Ze(r.body);if(n===null)throw new w(0,"","the answer is no document of the desk");return n}catch(r){throw Gt(r,e.signal)}}headers(){if(!Qr.test(this.token))throw new w(401,"unauthorised","no token has these signs");return{Authorization:`Bearer ${this.token}`}}};function Vt(s){let t=Xe(s);return t===null?new w(0,"",`the answer is ${s.status}, expected one of the desk`):new w(s.status,t.reason,t.detail)}function Gt(s,t){return t?.throwIfAborted(),s instanceof N?new w(0,"","the desk cannot be reached"):s}var $e=s=>s===1?"1 viewer":`${s.toLocaleString()} viewers`,o={title:"Skerry desk",signIn:"Sign in",signOut:"Sign out",token:"Your token",tokenHint:"It stays in this tab and ends with it. The desk's operator makes one with `skerry desk token`.",tokenRefused:"You are signed out: the desk does not know this token, or it has ended. Ask the desk's operator for a new one. What you typed is kept in this tab.",tokenOfPop:"This is the token of a PoP or of a wall, and people have tokens of their own. Ask the desk's operator for one.",unreachable:"The desk cannot be reached. Try again in a moment.",tryingAgain:"The desk cannot be reached. Trying again…",signedInAs:(s,t,e)=>`${s}, ${t}${e===""?"":`, lane ${e}`}`,connection:"Connection",connecting:"Connecting…",lost:s=>`No connection for ${s}. What you see is as old. Trying again; what you type is kept.`,lostShort:"No connection. What you type is kept.",notSent:"The desk did not answer. What you typed is kept. Do it again: nothing is sent twice.",refused:s=>`The desk refused: ${s}.`,views:{open:"Open",answered:"Answered",drafts:"Drafts",board:"Unanswered"},viewsLabel:"Views",lanes:"Lanes",allLanes:"All lanes",laneLoad:(s,t,e)=>`${s} open${t>0?`, ${t} late`:""}${s>0?`, oldest ${e}`:""}`,late:s=>`${s} late`,queue:"Questions",emptyQueue:"Nothing waits. New questions appear here by themselves.",emptyAnswered:"Nothing is answered and still unresolved.",reading:"Reading the queue…",viewers:$e,asks:s=>`${$e(s)} ask${s===1?"s":""} this`,left:s=>`${s} left`,over:s=>`${s} late`,noDeadline:"no deadline",claimedBy:s=>`${s} has it`,yours:"yours",kinds:{safety:"Safety",fraud:"Fraud"},ticket:"Ticket",noTicket:"Choose a question, with j and k or the pointer.",quiet:"While nobody waits, look at “Unanswered”: what viewers ask and no island answers. An example or a new answer there saves the next question.",back:"Back to the list",loading:"Reading the ticket…",gone:"No longer open: it was answered or resolved.",question:"Question",viewerOf:(s,t)=>`Viewer ${s} of ${t}`,nextViewer:"Next viewer",viewerBefore:"Viewer before",why:"Why people have it",because:s=>`It would have come to people anyway: ${s}`,waiting:s=>`waits ${s}`,promised:s=>`was told ${s}`,claim:"Claim",release:"Release",nobody:"Nobody has it",yoursUntil:s=>`Yours until ${s}`,othersUntil:(s,t)=>`${s} has it until ${t}`,harm:{self_harm:"may tell of self-harm",threat:"may tell of a threat to people",harassment:"may tell of harassment",emergency:"may tell of an emergency",fraud:"may tell of fraud"},harmNotice:"Take care",harmOf:(s,t)=>`The message ${s} (${t}).`,kindNotice:{safety:"Handle it by your rules for safety.",fraud:"Handle it by your rules for fraud."},personalHint:"What is marked looks like a name or an address: leave it out of what others will read.",followsUp:"Follows up an open ticket of the same viewer",languages:(s,t)=>`wants ${t}, the island is in ${s}`,suggestions:"Suggested answers",noSuggestions:"No snippet is likely.",confidence:s=>`${s} sure`,nearest:"Nearest example",script:"Steps for you; the viewer does not see them",approved:(s,t,e)=>`Approved by ${s}${t===""?"":`, ${t}`}${e===null?"":`, revision ${e}`}`,translation:s=>`In the viewer's language (${s}); this is what is inserted`,personOnly:"for people to send",noAnswer:"This snippet has no answer to send.",insert:"Insert",inserted:s=>`Answer ${s} is in the reply.`,addExample:"Add as example",path:"The viewer's way through the tree",typed:(s,t,e)=>`typed ${s}: ${t}${e?" (personal)":""}`,pressed:s=>`pressed “${s}”`,parts:"Matters in the message",transcript:"Earlier in this session",merged:"The same person, in other sessions",mergedWhy:"Joined because:",consent:"What the viewer agreed to",noConsent:"Nothing: she was asked, and did not agree.",agreed:(s,t)=>`version ${s}, ${t?"in force":"taken back or ended"}`,notVerified:s=>`version ${s}, not verified: another key than the PoP's signed it`,hiddenTranscript:"Her earlier questions are not shown: she does not agree to that.",unverifiedTranscript:"Her earlier questions are not shown: what she agreed to is not verified.",context:"Context",refusedOffers:"The viewer was offered and did not want",picked:"The viewer picked",facts:"About this ticket",history:"What was done",sentReply:"Reply",island:"Island",pop:"PoP",channel:"Channel",locale:"Language",sourceId:"Id in your system",lane:"Lane",outcomes:{answer:"answered",clarify:"asked back",escalate:"given to people",ignore:"left alone"},actions:{received:"sent it here",claim:"claimed it",release:"released it",expire:"ended the claim, as nothing was done",reply:"replied",resolve:"resolved it",draft:"proposed a draft","solved by viewer":"reported that the viewer solved it"},reply:"Reply",replyHint:"Insert an answer with 1 to 3, or write.",forAll:s=>`Answer all ${$e(s)}`,send:"Send",sendAndResolve:"Send and resolve",sending:"Sending…",resolve:"Resolve",resolveSure:"Resolve without a reply?",resolveSureText:"The viewer gets no answer from people.",cancel:"Cancel",close:"Close",incident:"Make it an incident answer",characters:(s,t)=>`${s} of ${t}`,tooLong:"Too long to send",claimed:"Claimed.",released:"Released.",sent:(s,t)=>`Sent to ${$e(s)}${t?", and resolved":""}.`,resolved:s=>s===1?"Resolved.":`${s} resolved.`,drafts:"Drafts",draftsHint:"Proposals for the authors of islands. Nobody has signed them, and viewers do not see them.",noDrafts:"There are no drafts. “Add as example” and “Make it an incident answer” at a question make one.",draftKept:"Kept as a draft. It changes nothing until an author takes it.",draftKinds:{incident:"Incident answer",example:"Example"},draftTitles:{incident:"Propose an incident answer",example:"Propose an example"},draftExplained:{incident:"The author may publish it in place of the snippet's answer, for all viewers.",example:"The author may add this wording to the snippet's examples. Take out names and numbers of the viewer."},snippet:"Snippet",text:"Text",keepDraft:"Keep as a draft",copy:"Copy",copied:"Copied.",notCopied:"This browser does not copy here. Select the text, and copy it.",draftBy:(s,t)=>`${s}, ${t}`,board:"Questions that nothing answers",boardHint:"What PoPs report, every five seconds. Each is one example of equal questions.",noBoard:"No PoP reports an open question. They appear here by themselves, once viewers ask what no island answers.",perMinute:s=>`${s} a minute`,times:s=>`asked ${s.toLocaleString()} times`,silent:(s,t)=>`PoP ${s} has reported nothing for ${t}. Its questions are missing here.`,neverHeard:s=>`PoP ${s} has reported nothing since the desk started. Its questions are missing here.`,unconfirmed:s=>`${s} of its tickets wait for it to fetch what you did.`,help:"Keys and settings",keys:[["j, k","next question, question before"],["c","claim"],["x","release"],["1, 2, 3","insert a suggested answer"],["e","edit the reply"],["Ctrl + Enter","send, and go on to the next"],["Ctrl + Shift + Enter","send and resolve"],["r","resolve"],["?","this help"],["Esc","leave a field; back to the list"]],keysHint:"No key acts while you type in a field, except Esc and those with Ctrl. On a Mac, Cmd is Ctrl.",singleKeys:"Single keys act",theme:"Colours",themes:{system:"as the system",light:"light",dark:"dark"},direction:"Direction of the page",directions:{ltr:"left to right",rtl:"right to left"}};var Vr=5e3,Je=class extends v{constructor(){super(...arguments);this.board=null;this.problem="";this.timer=0}static{this.properties={desk:{attribute:!1},board:{state:!0},problem:{state:!0}}}static{this.styles=[k,b`
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
        `]}connectedCallback(){super.connectedCallback(),this.tabIndex=0,this.role="region",this.ariaLabel=o.board,queueMicrotask(()=>{this.read()}),this.timer=window.setInterval(()=>{this.read()},Vr)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}async read(){try{this.board=await this.desk.read("/v1/board"),this.problem=""}catch(e){e instanceof w&&(this.problem=o.refused(e.message))}}render(){let e=this.board?.pops??[],r=Gr(e);return l`<h2>${o.board}</h2>
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
                                <bdi>${h(n.question.island)}</bdi>
                            </p>
                        </li>`)}
            </ol>`}silent(e){let r=e.heard===null?o.neverHeard(e.pop):o.silent(e.pop,_(e.age_s??0));return l`<li class="soon">${r} ${e.unconfirmed>0?o.unconfirmed(e.unconfirmed):""}</li>`}};function Gr(s){let t=new Map;for(let e of s)if(e.silent_since===null)for(let r of e.figures?.open_questions??[]){let n=`${r.island}
${h(r.exemplar).toLowerCase()}`,i=t.get(n);t.set(n,{question:r,count:(i?.count??0)+r.count,perMinute:(i?.perMinute??0)+r.per_minute})}return[...t.values()].sort((e,r)=>r.perMinute-e.perMinute||r.count-e.count)}customElements.define("skerry-board",Je);var Yt="skerry-owner",Yr=/^skerry-/;function ie(s="token"){return sessionStorage.getItem(`skerry-${s}`)}function et(s,t="token"){sessionStorage.setItem(`skerry-${t}`,s)}function Xt(s="token"){sessionStorage.removeItem(`skerry-${s}`)}var xe=new Map;function tt(){xe.clear();for(let s of Object.keys(sessionStorage))Yr.test(s)&&sessionStorage.removeItem(s)}function Zt(s){let t=sessionStorage.getItem(Yt);if(t!==null&&t!==s){let e=ie();tt(),e!==null&&et(e)}sessionStorage.setItem(Yt,s)}function oe(s){return xe.get(s)??sessionStorage.getItem(`skerry-${s}`)??""}function ae(s,t){xe.delete(s);try{t===""?sessionStorage.removeItem(`skerry-${s}`):sessionStorage.setItem(`skerry-${s}`,t)}catch{xe.set(s,t)}}function er(s,t){let e=Jt(s),r=t.flatMap(d=>[d.answer,d.translation?.answer??""].filter(c=>c!=="").map(c=>({one:d,words:Jt(c)})));if(e.length===0||r.length===0)return{suggestion:null,snippet:""};let n=r.find(({words:d})=>d.join(" ")===e.join(" "));if(n)return{suggestion:"used",snippet:n.one.snippet};let a=r.map(({one:d,words:c})=>({one:d,similarity:Xr(e,c)})).reduce((d,c)=>c.similarity>d.similarity?c:d);return a.similarity>=.6?{suggestion:"edited",snippet:a.one.snippet}:{suggestion:"ignored",snippet:""}}function Jt(s){return(s.normalize("NFKC").toLowerCase().match(/[\p{L}\p{N}]+/gu)??[]).slice(0,800)}function Xr(s,t){let e=new Uint16Array(t.length+1);for(let r of s){let n=new Uint16Array(t.length+1);for(let i=1;i<=t.length;i+=1)n[i]=r===t[i-1]?(e[i-1]??0)+1:Math.max(e[i]??0,n[i-1]??0);e=n}return 2*(e[t.length]??0)/(s.length+t.length||1)}var rt=class{constructor(){this.rest="";this.kind="";this.id="";this.data=[]}get waiting(){return this.data.reduce((t,e)=>t+e.length,this.rest.length)}take(t){let e=(this.rest+t).split(/\r\n|\n|\r(?!$)/);return this.rest=e.pop()??"",e.flatMap(r=>this.line(r))}line(t){if(t===""){let i={kind:this.kind||"message",data:this.data.join(`
`),id:this.id},a=this.data.length>0;return this.kind="",this.data=[],a?[i]:[]}if(t.startsWith(":"))return[{kind:"heartbeat",data:"",id:this.id}];let e=t.indexOf(":"),r=e<0?t:t.slice(0,e),n=e<0?"":t.slice(e+1).replace(/^ /,"");return r==="event"?this.kind=n:r==="data"?this.data.push(n):r==="id"&&!n.includes("\0")&&(this.id=n),[]}},tr=25e3,Zr=500,Jr=5e3,es=1e4;async function rr(s,t,e,r){let n=0;for(;!r.aborted;){try{let a=performance.now();await ts(s,t,e,r,()=>{performance.now()-a>es&&(n=0)})}catch(a){if(a instanceof w&&a.refusesToken){e.refused(a);return}}if(r.aborted)return;e.lost();let i=Math.min(Jr,Zr*2**n);n+=1,await rs(i*(.5+Math.random()/2),r)}}async function ts(s,t,e,r,n){let i=new AbortController,a=setTimeout(()=>i.abort(),tr);try{let d=new rt,c=new TextDecoder;for await(let u of s.stream(t,AbortSignal.any([r,i.signal]),()=>e.opened())){clearTimeout(a),a=setTimeout(()=>i.abort(),tr);for(let m of d.take(c.decode(u,{stream:!0})))n(),m.kind!=="heartbeat"&&e.event(m)}}finally{clearTimeout(a)}}function rs(s,t){return new Promise(e=>{let r=()=>{clearTimeout(n),removeEventListener("online",r),e()},n=setTimeout(r,s);addEventListener("online",r,{once:!0}),t.addEventListener("abort",r,{once:!0})})}var Se=class{constructor(){this.rows=new Map;this.read=null;this.changed=new Set;this.sorted=null}begin(){this.read=new Set,this.changed=new Set}page(t){for(let e of t)this.read?.add(e.row),this.changed.has(e.row)||this.rows.set(e.row,e);this.sorted=null}finish(){for(let t of[...this.rows.keys()])this.read!==null&&!this.read.has(t)&&!this.changed.has(t)&&this.rows.delete(t);this.read=null,this.sorted=null}change(t){this.read!==null&&this.changed.add(t.row),t.now===null?this.rows.delete(t.row):this.rows.set(t.row,t.now),this.sorted=null}get(t){return this.rows.get(t)}list(t){return this.sorted??=[...this.rows.values()].sort(ss),t===""?this.sorted:this.sorted.filter(e=>e.lane===t)}lanes(t){let e=new Map;for(let r of this.rows.values()){let n=e.get(r.lane)??{lane:r.lane,tickets:0,late:0,oldest:r.received},i=r.due!==null&&Date.parse(r.due)<t;e.set(r.lane,{lane:r.lane,tickets:n.tickets+r.count,late:n.late+(i?r.count:0),oldest:r.received<n.oldest?r.received:n.oldest})}return[...e.values()].sort((r,n)=>r.lane<n.lane?-1:1)}};function ss(s,t){return st(s.due??"~",t.due??"~")||st(s.received,t.received)||st(s.row,t.row)}function st(s,t){return s<t?-1:s>t?1:0}var ns=40,is=1e3,os=2e3,Ae=class{constructor(){this.me=null;this.isSignedIn=!1;this.notice="";this.problem="";this.ending=new AbortController;this.api=null;this.listeners=new Set;this.telling=0}watch(t){return this.listeners.add(t),()=>this.listeners.delete(t)}tell(){this.telling===0&&(this.telling=window.setTimeout(()=>{this.telling=0;for(let t of this.listeners)t()},ns))}tellNow(){for(let t of this.listeners)t()}start(){window.setInterval(()=>this.tell(),is);let t=ie();t!==null&&this.signIn(t)}async signIn(t){let e=new ke(t);this.problem="";let r;try{r=await e.get("/v1/me")}catch(n){if(this.isSignedIn)return;ie()===t&&n instanceof w&&!n.refusesToken?(this.problem=o.tryingAgain,window.setTimeout(()=>{!this.isSignedIn&&ie()===t&&this.signIn(t)},os)):this.refuse(n),this.tell();return}this.isSignedIn||(this.me=r,Zt(`${r.tenant}/${r.name}`),et(t),this.api=e,this.isSignedIn=!0,this.notice="",this.ending=new AbortController,this.begun(e,this.ending.signal),this.tellNow())}signOut(){this.end(),tt(),this.problem="",this.tell()}refuse(t){t instanceof w&&t.refusesToken?(this.end(),Xt(),this.problem=t.status===403?o.tokenOfPop:o.tokenRefused):this.problem=o.unreachable,this.tell()}end(){this.ending.abort(),this.isSignedIn=!1,this.api=null,this.me=null,this.ended()}async read(t){return this.required().get(t,this.ending.signal)}async doing(t){let{signal:e}=this.ending;this.problem="";try{let r=await t(this.required());return e.aborted||r(),!e.aborted}catch(r){if(e.aborted)return!1;if(r instanceof w&&r.refusesToken)this.refuse(r);else if(r instanceof w&&r.status===0)this.problem=o.notSent;else if(r instanceof w)this.problem=o.refused(r.message);else if(!(r instanceof DOMException))throw r;return!1}finally{this.tell()}}required(){if(this.api===null)throw new DOMException("nobody is signed in","AbortError");return this.api}};var nt=2e3,as=5,ls=1e4,_e=class extends Ae{constructor(){super(...arguments);this.queue=new Se;this.connection="connecting";this.lostAt=0;this.isRead=!1;this.view="open";this.lane="";this.answered=[];this.isReading=!1;this.readAgain=!1}start(){super.start(),window.setInterval(()=>{this.isSignedIn&&this.view==="answered"&&!document.hidden&&this.readAnswered()},ls)}begun(e,r){this.connection="connecting",this.lane=oe("lane"),rr(e,"/v1/changes",{event:i=>this.event(i),opened:()=>this.connected(),lost:()=>this.lost(),refused:i=>this.refuse(i)},r)}ended(){this.isRead=!1,this.view="open",this.lane="",this.answered=[],this.queue.begin(),this.queue.finish()}connected(){this.connection="open",this.lostAt=0,this.tell()}lost(){this.connection!=="lost"&&(this.lostAt=R()),this.connection="lost",this.tell()}event(e){e.kind==="all"?this.readQueue():e.kind==="row"&&this.change(e.data)}change(e){let r;try{r=JSON.parse(e)}catch{return}this.queue.change(r),this.changed(r.row),this.tell()}async readQueue(){if(this.isReading){this.readAgain=!0;return}this.isReading=!0;try{do this.readAgain=!1,await this.readPages();while(this.readAgain);this.isRead=!0,this.wasRead()}catch(e){e instanceof w&&e.refusesToken?this.refuse(e):e instanceof w&&window.setTimeout(()=>this.readQueueAgain(),nt)}finally{this.isReading=!1,this.tell()}}readQueueAgain(){this.isSignedIn&&this.connection==="open"&&this.readQueue()}async readPages(){this.queue.begin();let e="";for(;e!==null;){let r=await this.page("open",e);this.queue.page(r.rows),e=r.next,this.isRead?this.tell():(this.isRead=!0,this.tellNow())}this.queue.finish()}async page(e,r){let n=new URLSearchParams({state:e,after:r}),i=await this.required().get(`/v1/queue?${n}`,this.ending.signal);return Kt(i.now),i}async readAnswered(){let e=[],r="";try{for(let n=0;n<as&&r!==null;n+=1){let i=await this.page("answered",r);e.push(...i.rows),r=i.next}this.answered=e}catch(n){n instanceof w&&n.refusesToken&&this.refuse(n)}this.tell()}get rows(){return this.view!=="answered"?this.queue.list(this.lane):this.lane===""?this.answered:this.answered.filter(e=>e.lane===this.lane)}};function nr(s){let t=E(s),e=E(t.context),r=E(t.language_note);return{id:f(t.id),text:f(t.text),reason:f(t.reason),because:f(t.because),kind:f(t.kind)||"support",island:f(t.island),lane:f(t.lane),pop:f(t.pop),channel:f(t.channel),locale:f(t.locale),joins:f(t.joins),promisedWaitS:Ee(t.promised_wait_s),flags:G(t.risk_flags).map(f).filter(Boolean),harm:Object.entries(E(t.harm)).map(([n,i])=>[n,Ee(i)??0]).filter(([,n])=>n>=.05).sort((n,i)=>i[1]-n[1]),candidates:G(t.candidates).slice(0,3).map(ds),path:G(t.path).map(n=>({say:f(E(n).say),label:f(E(n).label)})),typed:ps(t.typed),languages:[f(r.locale),f(r.wanted)].filter(Boolean),sourceId:f(t.source_id),parts:G(t.parts).map(n=>({text:f(E(n).text),snippet:f(E(n).snippet)})),transcript:G(t.transcript).map(us),context:[...sr(e,["claims"]),...sr(E(e.claims))],refused:G(t.refused).map(f).filter(Boolean),picked:f(t.picked)}}function ds(s){let t=E(s),e=E(t.provenance);return{snippet:f(e.snippet),confidence:Ee(t.confidence),nearest:f(t.nearest_example),answer:f(t.answer),script:f(t.script),automation:f(t.automation),approvedBy:f(e.approved_by),approvedAt:f(e.approved_at),revision:Ee(e.revision),translation:cs(t.translation)}}function le(s){return s.translation?.answer??s.answer}function cs(s){let t=E(s),e=f(t.answer);if(e==="")return null;let[r,n]=[f(t.approved_by),f(t.approved_at)];return{locale:f(t.locale),answer:e,approvedBy:r,approvedAt:n}}function ps(s){let t=E(s),e=f(t.value);return e===""?null:{name:f(t.name),value:e,isPersonal:t.personal===!0}}function us(s){let t=E(s);return{at:f(t.at),text:f(t.text),outcome:f(t.outcome),snippet:f(t.snippet)}}function sr(s,t=[]){return Object.entries(s).filter(([e])=>!t.includes(e)).map(([e,r])=>[e,ir(r)]).filter(([,e])=>e!=="")}function ir(s){return Array.isArray(s)?s.map(ir).filter(Boolean).join(", "):typeof s=="object"&&s!==null?JSON.stringify(s):s==null?"":String(s)}function E(s){return typeof s=="object"&&s!==null?s:{}}function G(s){return Array.isArray(s)?s:[]}function f(s){return typeof s=="string"?s:""}function Ee(s){return typeof s=="number"&&Number.isFinite(s)?s:null}var hs=1e3,ms=600,fs=2e3,gs=6e4,F=4e3,Te=class extends _e{constructor(){super(...arguments);this.row="";this.member=0;this.forAll=!0;this.opened=null;this.openProblem="";this.isSending=!1;this.opening=new AbortController;this.reading={id:"",isOld:!1};this.renewed={row:"",at:0};this.claimLater=""}begun(e,r){super.begun(e,r);let n=oe("row");n!==""&&(this.row=n)}ended(){super.ended(),this.stopReading(),this.opened=null,this.row="",this.isSending=!1}changed(e){e===this.row&&this.view==="open"&&this.openTicket()}wasRead(){this.row!==""&&this.view==="open"&&this.chosen===void 0?this.choose(""):this.row!==""&&this.openTicket()}show(e){e!==this.view&&(this.view=e,this.choose(""),e==="answered"&&this.readAnswered(),this.tellNow())}showLane(e){this.lane=e,ae("lane",e),this.tellNow()}get chosen(){let e=this.view==="answered"?this.answered.find(r=>r.row===this.row):this.queue.get(this.row);return e&&(this.lastRow=e),e??(this.lastRow?.row===this.row?this.lastRow:void 0)}get isListed(){let{row:e}=this;return this.view==="answered"?this.answered.some(r=>r.row===e):this.queue.get(e)!==void 0}choose(e,r=""){e!==this.row&&(this.stopReading(),this.row=e,this.member=0,this.forAll=!0,this.opened=null,this.openProblem="",this.problem="",this.notice=r,this.view==="open"&&ae("row",e),e!==""&&this.openTicket(),this.tellNow())}move(e){let r=this.rows;if(r.length===0)return;let n=r.findIndex(a=>a.row===this.row),i=n<0?0:Math.min(Math.max(n+e,0),r.length-1);this.choose(r[i]?.row??"")}showMember(e){let r=this.chosen?.tickets.length??1;this.member=(this.member+e+r)%r,this.openTicket(),this.tellNow()}setForAll(e){this.forAll=e,this.tellNow()}async openTicket(){let e=this.chosen;if(e===void 0)return;let r=this.isListed?e.tickets[this.member]??e.tickets[0]:this.opened?.about&&this.opened.ticket.id;if(!r)return;if(r===this.reading.id){this.reading.isOld=!0;return}this.stopReading();let{opening:n}=this;this.reading={id:r,isOld:!1};try{let a=await this.required().get(`/v1/tickets/${encodeURIComponent(r)}`,n.signal);if(n.signal.aborted)return;let d=nr(a.ticket);this.opened={about:a,ticket:{...d,id:r}},this.openProblem="";let c=this.claimLater===this.row;this.claimLater="",c&&this.claimToWrite()}catch(a){if(n.signal.aborted)return;if(a instanceof w&&a.refusesToken)return this.refuse(a);this.openProblem=a instanceof w?a.message:o.unreachable,a instanceof w&&(a.status===0||a.status>=429)&&this.openLater()}let{isOld:i}=this.reading;this.reading={id:"",isOld:!1},this.tell(),i&&this.openTicket()}openLater(){let{row:e}=this;window.setTimeout(()=>{this.isSignedIn&&e===this.row&&this.openTicket()},nt)}stopReading(){this.opening.abort(),this.opening=new AbortController,this.reading={id:"",isOld:!1}}get text(){return oe(`text-${this.row}`)}write(e){ae(`text-${this.row}`,e),e!==""&&this.claimToWrite(),this.tellNow()}get hasBegunToWrite(){return this.row!==""&&this.claimLater===this.row}insert(e){let r=this.opened?.ticket.candidates??[],n=r[e-1],i=n===void 0?"":le(n);if(i==="")return;let a=this.text,d=a.trim()!==""&&!r.some(c=>le(c).trim()===a.trim());this.write(d?`${a.trimEnd()}

${i}`:i),this.notice=o.inserted(e),this.tellNow()}async claimToWrite(){let e=this.owner;if(this.view!=="open"||this.isSending)return;if(this.opened===null||this.isOthers){this.claimLater=this.row;return}let r=V(this.opened.about.claimed_until)??0,n=this.renewed.row===this.row?Date.now()-this.renewed.at:Number.POSITIVE_INFINITY;e===this.me?.name&&(r>ms||n<gs)||e===""&&n<fs||(this.renewed={row:this.row,at:Date.now()},await this.claim({isQuiet:!0}))}get owner(){let e=this.isListed?this.chosen?.claimed_by:"";return this.opened?.about.claimed_by||e||""}get isOthers(){return this.owner!==""&&this.owner!==this.me?.name}get wholeRow(){return this.forAll&&(this.chosen?.count??1)>1}async claim({isQuiet:e=!1}={}){await this.act("claim",async(r,n)=>(await r.post(n,{row:this.wholeRow}),()=>{e||(this.notice=o.claimed)}))}async release(){await this.act("release",async(e,r)=>(await e.post(r,{row:this.wholeRow}),()=>{this.notice=o.released}))}async send({resolve:e=!1}={}){let r=se(this.text).trim(),{opened:n,row:i}=this;if(n===null||r===""||r.length>F||this.isSending||this.isOthers)return;let a=this.wholeRow||(this.chosen?.count??1)<=1,d={text:r,...er(r,n.ticket.candidates),row:this.wholeRow},{signal:c}=this.ending;this.isSending=!0,this.tellNow(),await this.act("reply",async(u,m)=>{let p=0;for(;;){let{tickets:g}=await u.post(m,d);if(p+=g.length,!d.row||g.length<hs)break}return e&&await u.post(m.replace(/reply$/,"resolve"),{row:d.row}),()=>{ae(`text-${i}`,""),this.notice=o.sent(Math.max(p,1),e),i===this.row&&this.goOn(a)}}),!c.aborted&&(this.isSending=!1,this.tellNow())}async resolve(){let{row:e}=this,r=this.wholeRow||(this.chosen?.count??1)<=1;await this.act("resolve",async(n,i)=>{let{tickets:a}=await n.post(i,{row:this.wholeRow});return()=>{this.notice=o.resolved(Math.max(a.length,1)),e===this.row&&this.goOn(r),this.view==="answered"&&this.readAnswered()}})}async addDraft(e,r,n){let i=this.opened?.ticket;if(!i)return!1;let a={kind:e,island:i.island,snippet:r,text:se(n).trim(),ticket:i.id};return this.doing(async d=>(await d.post("/v1/drafts",a),()=>{this.notice=o.draftKept}))}goOn(e){let r=this.rows,n=r.findIndex(i=>i.row===this.row);if(!e){this.member=0;return}this.choose((r[n+1]??r[n-1])?.row??"",this.notice)}async act(e,r){let n=this.opened?.ticket.id;if(!n)return;let{row:i}=this,{signal:a}=this.ending;await this.doing(d=>r(d,`/v1/tickets/${encodeURIComponent(n)}/${e}`)),i===this.row&&!a.aborted&&await this.openTicket()}};var A=class{constructor(t,e=()=>{}){this.host=t;this.onChange=e;this.end=null;this.isConnected=!1;t.addController(this)}hostConnected(){this.isConnected=!0,queueMicrotask(()=>{this.isConnected&&(this.end??=this.host.desk.watch(()=>{this.onChange(),this.host.requestUpdate()}))})}hostDisconnected(){this.isConnected=!1,this.end?.(),this.end=null}};var it=class extends v{constructor(){super();this.kind="incident";this.snippets=[];this.keep=async e=>{e.preventDefault(),await this.desk.addDraft(this.kind,this.snippet.value.trim(),this.field.value)&&this.close()};new A(this)}static{this.properties={desk:{attribute:!1},kind:{state:!0},snippets:{state:!0}}}static{this.styles=[k,b`
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
            <p class="quiet">${o.island}: <bdi>${h(r?.ticket.island??"")}</bdi></p>
            <form @submit=${this.keep} class="form">
                <label for="snippet">${o.snippet}</label>
                <input id="snippet" required maxlength="63" list="snippets" autocomplete="off" spellcheck="false" />
                <datalist id="snippets">
                    ${this.snippets.map(n=>l`<option value=${n}>${$(n)}</option>`)}
                </datalist>
                <label for="text">${o.text}</label>
                <textarea id="text" required maxlength=${F} dir="auto"></textarea>
                <div role="alert" class="quiet">${e}</div>
                <div class="bar">
                    <button class="main">${o.keepDraft}</button>
                    <button type="button" @click=${()=>this.close()}>${o.cancel}</button>
                </div>
            </form>
        </dialog>`}};customElements.define("skerry-draft",it);var ot=class extends v{constructor(){super(...arguments);this.drafts=null;this.said="";this.problem=""}static{this.properties={desk:{attribute:!1},drafts:{state:!0},said:{state:!0},problem:{state:!0}}}static{this.styles=[k,b`
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
        `]}connectedCallback(){super.connectedCallback(),this.tabIndex=0,this.role="region",this.ariaLabel=o.drafts,queueMicrotask(()=>{this.read()})}async read(){try{this.drafts=(await this.desk.read("/v1/drafts")).drafts,this.problem=""}catch(e){e instanceof w&&(this.problem=o.refused(e.message))}}async copy(e){try{await navigator.clipboard.writeText(e.text),this.said=o.copied}catch{this.said=o.notCopied;let r=this.renderRoot.querySelector(`[data-draft="${e.id}"]`);r&&getSelection()?.selectAllChildren(r)}}render(){let e=this.drafts??[];return l`<h2>${o.drafts}</h2>
            <p class="quiet">${o.draftsHint}</p>
            <p role="status" class="quiet">${this.problem||this.said}</p>
            ${this.drafts!==null&&e.length===0?l`<p>${o.noDrafts}</p>`:""}
            <ol>
                ${e.map(r=>l`<li>
                            <div class="bar">
                                <span class="chip">${o.draftKinds[r.kind]}</span>
                                <bdi class="grow">${h(r.island)} · ${h(r.snippet)}</bdi>
                                <button
                                    @click=${()=>this.copy(r)}
                                    aria-label="${o.copy}, ${o.draftKinds[r.kind]}, ${h(r.snippet)}"
                                >
                                    ${o.copy}
                                </button>
                            </div>
                            <p class="words" dir="auto" data-draft=${r.id}>${$(r.text)}</p>
                            <p class="quiet">${o.draftBy(r.by,P(r.at))}</p>
                        </li>`)}
            </ol>`}};customElements.define("skerry-drafts",ot);var at=class extends v{static{this.styles=[k,b`
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
                    .checked=${ve()}
                    @change=${e=>Bt(e.target.checked)}
                />
                <label for="theme">${o.theme}</label>
                <select id="theme" @change=${e=>Ut(t(e))}>
                    ${We.map(e=>l`<option value=${e} ?selected=${e===Qe()}>${o.themes[e]}</option>`)}
                </select>
                <label for="direction">${o.direction}</label>
                <select id="direction" @change=${e=>zt(t(e))}>
                    ${Ke.map(e=>l`<option value=${e} ?selected=${e===Ve()}>${o.directions[e]}</option>`)}
                </select>
            </div>
            <form method="dialog"><button class="main">${o.close}</button></form>
        </dialog>`}};customElements.define("skerry-help",at);var lt=class extends v{static{this.properties={desk:{attribute:!1}}}static{this.styles=[k,b`
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
        `]}constructor(){super(),new A(this)}render(){let t=this.desk.queue.lanes(R()),e=t.reduce((a,d)=>({lane:"",tickets:a.tickets+d.tickets,late:a.late+d.late,oldest:d.oldest<a.oldest?d.oldest:a.oldest}),{lane:"",tickets:0,late:0,oldest:"~"}),r=this.desk.lane,n=r!==""&&!t.some(a=>a.lane===r);if(t.length===0&&r==="")return l``;let i={lane:r,tickets:0,late:0,oldest:""};return l`<nav aria-label=${o.lanes}>
            ${t.length>1||r!==""?this.button(e,o.allLanes):""}
            ${t.map(a=>this.button(a,h(a.lane,63)))} ${n?this.button(i,h(r,63)):""}
        </nav>`}button(t,e){let r=_((R()-Date.parse(t.oldest))/1e3);return l`<button
            aria-pressed=${t.lane===this.desk.lane?"true":"false"}
            @click=${()=>this.desk.showLane(t.lane)}
        >
            <span class="name" dir="auto">${e}</span>
            <span class="load">
                ${o.laneLoad(t.tickets,0,r)}${t.late>0?l`, <span class="late">${o.late(t.late)}</span>`:""}
            </span>
        </button>`}};customElements.define("skerry-lanes",lt);var or={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},ar=s=>(...t)=>({_$litDirective$:s,values:t}),Re=class{constructor(t){}get _$AU(){return this._$AM._$AU}_$AT(t,e,r){this._$Ct=t,this._$AM=e,this._$Ci=r}_$AS(t,e){return this.update(t,e)}update(t,e){return this.render(...e)}};var{I:ys}=Nt,lr=s=>s;var dr=()=>document.createComment(""),Y=(s,t,e)=>{let r=s._$AA.parentNode,n=t===void 0?s._$AB:t._$AA;if(e===void 0){let i=r.insertBefore(dr(),n),a=r.insertBefore(dr(),n);e=new ys(i,a,s,s.options)}else{let i=e._$AB.nextSibling,a=e._$AM,d=a!==s;if(d){let c;e._$AQ?.(s),e._$AM=s,e._$AP!==void 0&&(c=s._$AU)!==a._$AU&&e._$AP(c)}if(i!==n||d){let c=e._$AA;for(;c!==i;){let u=lr(c).nextSibling;lr(r).insertBefore(c,n),c=u}}}return e},H=(s,t,e=s)=>(s._$AI(t,e),s),vs={},cr=(s,t=vs)=>s._$AH=t,pr=s=>s._$AH,Pe=s=>{s._$AR(),s._$AA.remove()};var ur=(s,t,e)=>{let r=new Map;for(let n=t;n<=e;n++)r.set(s[n],n);return r},hr=ar(class extends Re{constructor(s){if(super(s),s.type!==or.CHILD)throw Error("repeat() can only be used in text expressions")}dt(s,t,e){let r;e===void 0?e=t:t!==void 0&&(r=t);let n=[],i=[],a=0;for(let d of s)n[a]=r?r(d,a):a,i[a]=e(d,a),a++;return{values:i,keys:n}}render(s,t,e){return this.dt(s,t,e).values}update(s,[t,e,r]){let n=pr(s),{values:i,keys:a}=this.dt(t,e,r);if(!Array.isArray(n))return this.ut=a,i;let d=this.ut??=[],c=[],u,m,p=0,g=n.length-1,y=0,x=i.length-1;for(;p<=g&&y<=x;)if(n[p]===null)p++;else if(n[g]===null)g--;else if(d[p]===a[y])c[y]=H(n[p],i[y]),p++,y++;else if(d[g]===a[x])c[x]=H(n[g],i[x]),g--,x--;else if(d[p]===a[x])c[x]=H(n[p],i[x]),Y(s,c[x+1],n[p]),p++,x--;else if(d[g]===a[y])c[y]=H(n[g],i[y]),Y(s,n[p],n[g]),g--,y++;else if(u===void 0&&(u=ur(a,y,x),m=ur(d,p,g)),u.has(d[p]))if(u.has(d[g])){let C=m.get(a[y]),Me=C!==void 0?n[C]:null;if(Me===null){let bt=Y(s,n[p]);H(bt,i[y]),c[y]=bt}else c[y]=H(Me,i[y]),Y(s,n[p],Me),n[C]=null;y++}else Pe(n[g]),g--;else Pe(n[p]),p++;for(;y<=x;){let C=Y(s,c[x+1]);H(C,i[y]),c[y++]=C}for(;p<=g;){let C=n[p++];C!==null&&Pe(C)}return this.ut=a,cr(s,c),L}});function I(s,t){return Object.hasOwn(s,t)?s[t]:void 0}var mr=2.75,fr=3.5,dt=matchMedia("(pointer: coarse)"),gr=6,ws=60,ct=class extends v{constructor(){super();this.chosenAt=-1;this.beforeRow="";this.first=0;this.shift=0;this.rowPx=0;this.onPointer=()=>this.requestUpdate();this.resizing=new ResizeObserver(()=>this.requestUpdate());this.isNewlyChosen=!1;this.onScroll=()=>{this.firstSeen()!==this.first&&this.requestUpdate()};this.onKey=e=>{let r=this.desk.rows,n=Math.max(1,Math.floor((this.box?.clientHeight??0)/this.rowPx)-1),i={ArrowDown:1,ArrowUp:-1,PageDown:n,PageUp:-n,Home:-r.length,End:r.length}[e.key];if(e.key==="Enter")this.dispatchEvent(new CustomEvent("open-row",{bubbles:!0,composed:!0}));else if(i!==void 0&&!e.ctrlKey&&!e.metaKey&&!e.altKey)this.desk.move(i);else return;e.preventDefault()};new A(this)}static{this.properties={desk:{attribute:!1}}}static{this.styles=[k,b`
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
                block-size: ${mr}rem;
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
                    block-size: ${fr}rem;
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
        `]}connectedCallback(){super.connectedCallback(),this.resizing.observe(this),dt.addEventListener("change",this.onPointer)}disconnectedCallback(){super.disconnectedCallback(),this.resizing.disconnect(),dt.removeEventListener("change",this.onPointer)}focus(){this.box?.focus()}get box(){return this.renderRoot.querySelector(".list")}willUpdate(e){super.willUpdate(e);let r=parseFloat(getComputedStyle(document.documentElement).fontSize);this.rowPx=(dt.matches?fr:mr)*r;let n=this.desk.rows.findIndex(m=>m.row===this.desk.row),i=this.desk.row===this.beforeRow&&n>=0&&this.chosenAt>=0&&n!==this.chosenAt,{box:a,rowPx:d}=this,c=a===null?0:this.chosenAt*d-a.scrollTop,u=a!==null&&c>-d&&c<a.clientHeight;this.shift=i&&u?(n-this.chosenAt)*d:0,this.isNewlyChosen=this.desk.row!==this.beforeRow&&n>=0,(this.desk.row!==this.beforeRow||n>=0)&&(this.chosenAt=n),this.beforeRow=this.desk.row}updated(e){super.updated(e);let{box:r,rowPx:n}=this,i=this.renderRoot.querySelector(".space"),a=this.renderRoot.querySelector(".part");if(!(r===null||i===null||a===null)){if(i.style.blockSize=`${this.desk.rows.length*n}px`,a.style.transform=`translateY(${this.first*n}px)`,this.shift!==0&&(r.scrollTop+=this.shift),this.isNewlyChosen){let d=this.chosenAt*n;d<r.scrollTop?r.scrollTop=d:d+n>r.scrollTop+r.clientHeight&&(r.scrollTop=d+n-r.clientHeight)}this.firstSeen()!==this.first&&this.requestUpdate()}}firstSeen(){return Math.max(0,Math.floor((this.box?.scrollTop??0)/this.rowPx)-gr)}choose(e){this.desk.choose(e),this.dispatchEvent(new CustomEvent("open-row",{bubbles:!0,composed:!0}))}render(){let{rows:e,row:r,view:n,isRead:i}=this.desk;this.first=this.firstSeen();let a=Math.ceil((this.clientHeight||800)/this.rowPx)+2*gr,d=e.slice(this.first,this.first+a),c=n==="answered"?o.emptyAnswered:i?o.emptyQueue:o.reading,u=d.some(m=>m.row===r);return e.length===0?l`<p class="empty" tabindex="-1">${c}</p>`:l`<div
            class="list"
            role="listbox"
            tabindex="0"
            aria-label=${o.queue}
            aria-activedescendant=${u?`row-${r}`:""}
            @scroll=${this.onScroll}
            @keydown=${this.onKey}
        >
            <div class="space" role="presentation">
                <div class="part" role="presentation">
                    ${hr(d,m=>m.row,(m,p)=>this.row(m,this.first+p,e.length))}
                </div>
            </div>
        </div>`}row(e,r,n){let i=this.desk.view==="answered"?null:V(e.due),a=i===null?"":i<0?o.over(_(i)):o.left(_(i)),d=i===null?"":i<0?"late":i<ws?"soon":"",c=e.claimed_by!==""&&e.claimed_by===this.desk.me?.name,u=e.claimed_by===""?"":c?o.yours:o.claimedBy(e.claimed_by),m=I(o.kinds,e.kind)??"";return l`<div
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
                <bdi class="question" dir="auto">${h(e.text)}</bdi>
                ${a===""?"":l`<span class="chip time ${d}">${a}</span>`}
            </span>
            <span class="more">
                ${e.count>1?l`<span class="chip count">${o.viewers(e.count)}</span>`:""}
                ${m===""?"":l`<span class="chip late">${m}</span>`}
                ${u===""?"":l`<span class="chip owner ${c?"good":""}">${u}</span>`}
                <span class="lane"><bdi>${h(e.lane,63)}</bdi> · <bdi>${h(e.island,127)}</bdi></span>
            </span>
        </div>`}};customElements.define("skerry-queue",ct);var pt=class extends v{constructor(){super();this.onInput=e=>this.desk.write(e.target.value);new A(this)}static{this.properties={desk:{attribute:!1}}}static{this.styles=[k,b`
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
        `]}focus(){this.field?.focus()}get field(){return this.renderRoot.querySelector("textarea")}updated(e){super.updated(e);let{field:r}=this;if(r===null||r.value===this.desk.text)return;let{selectionStart:n,selectionEnd:i,value:a}=r;r.value=this.desk.text,a!==""&&this.desk.text.startsWith(a)&&r.setSelectionRange(n,i)}ask(e){this.dispatchEvent(new CustomEvent(e,{bubbles:!0,composed:!0}))}render(){let{desk:e}=this,{text:r,isSending:n,isOthers:i,problem:a,opened:d}=e,c=e.chosen?.count??1,u=r.length>F,m=n||i||d===null||u||r.trim()==="",p=r.length>F/2?o.characters(r.length,F):"";return l`<section class="box" aria-label=${o.reply}>
            <div class="bar">
                <label for="reply" class="grow">${o.reply}<kbd>e</kbd></label>
                ${c>1?l`<label class="all">
                          <input
                              type="checkbox"
                              .checked=${e.forAll}
                              @change=${g=>e.setForAll(g.target.checked)}
                          />
                          ${o.forAll(c)}
                      </label>`:""}
            </div>
            <textarea
                id="reply"
                dir="auto"
                rows="2"
                placeholder=${o.replyHint}
                aria-invalid=${u?"true":"false"}
                @input=${this.onInput}
            ></textarea>
            <div role="alert" class="problem">${u?o.tooLong:a}</div>
            <div class="bar">
                <button class="main send" ?disabled=${m} @click=${()=>e.send()}>
                    ${n?o.sending:o.send}<kbd>Ctrl+Enter</kbd>
                </button>
                <button class="send-resolve" ?disabled=${m} @click=${()=>e.send({resolve:!0})}>
                    ${o.sendAndResolve}
                </button>
                <button class="resolve" ?disabled=${i||d===null} @click=${()=>this.ask("ask-resolve")}>
                    ${o.resolve}<kbd>r</kbd>
                </button>
                <span class="grow quiet count">${p}</span>
                <button class="plain" ?disabled=${r.trim()===""||d===null} @click=${()=>this.ask("make-incident")}>
                    ${o.incident}
                </button>
            </div>
        </section>`}};customElements.define("skerry-reply",pt);var ut=class extends v{constructor(){super();this.signIn=e=>{e.preventDefault();let n=this.renderRoot.querySelector("input")?.value.trim()??"";n!==""&&this.desk.signIn(n)};new A(this)}static{this.properties={desk:{attribute:!1}}}static{this.styles=[k,b`
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
        </main>`}};customElements.define("skerry-sign-in",ut);var yr={already_asked:"Ignored: people have a ticket with nearly equal words from the same public chat.",ambiguous:"Clarified: no answer is sure, but it is likely that one of the options is right ([offers] floor).",asked_for_person:'Escalated: the viewer asked for a person ("want": "person"), so the machine did not judge the question.',chatter:"Ignored: a line of a stream's public chat that asks the event's team for nothing.",clarify_streak:"Escalated: too many questions of the session in a row were clarified (max_clarify_streak).",confident:"Answered: the confidence of the best snippet reaches the threshold.",config:"The configuration cannot be used.",consent_missing:"Answered: the generic answer, because the viewer did not agree to one that depends on what her shop says of her.",cooling_down:"Ignored: the same answer was posted in this chat a moment ago (cool_down_s).",exact:"Answered: the question is one of the author's examples, word for word.",filtered:"Escalated or ignored: a filter of the island found a scam, a link or personal data ([filters]).",harm:"Escalated: the message probably tells of harm to somebody, or of fraud, so no machine answers it.",harm_possible:"Escalated: the message may tell of harm to somebody, or of fraud. The ticket has the flag possible_safety or possible_fraud.",hash_mismatch:"The bytes are not those that signed metadata lists.",human_active:"Escalated: this session belongs to people, so the machine does not answer in it.",incident:"Escalated: far more viewers than usual ask for this snippet, so its answer may no longer be right.",language_unsupported:"Escalated: the question is not in English, and no example of the island is similar to it.",length_mismatch:"There are more or fewer bytes than signed metadata lists.",low_confidence:"Escalated: a snippet is likely, but its confidence is below the threshold.",metadata_expired:"Signed metadata has expired.",metadata_invalid:"Signed metadata or an island breaks a rule of the format.",model_mismatch:"The island was compiled with another encoder than the one on this PoP.",model_selftest_failed:"The model on this PoP gives other results for the island's golden questions than at the publisher.",model_unavailable:"Escalated: triage failed on this question.",never_automate:'Escalated: the likely snippet has automation = "never".',none_of_these:"Escalated: the viewer picked none of the snippets that were offered. A new ticket has them in refused.",not_a_viewer:"Ignored: a bot or the tenant's own staff wrote it.",out_of_scope:"Escalated: no snippet is likely.",out_of_scope_budget:"Ignored: no snippet is about it, and people have had as many such questions of this minute from the stream's chat as the island allows.",parts:"Answered or clarified: the message asks for several things, and each has a likely snippet.",picked:"Answered: the viewer picked this snippet from those that were offered.",posted:"Escalated: the tenant's own system posted the message for people (POST /v1/tickets).",ramp:"Clarified: the drop has just begun, and choices and trees come before people ([ramp]).",repeated_answer:"Escalated: the session would get the same answer too often in a row (max_repeats).",review_required:'Escalated: the likely snippet has automation = "review", or a route asks for a review.',rollback:"Signed metadata or an island is older than what this PoP has already seen.",solved_waiting:"Answered: the viewer picked this snippet while waiting for a person, and the ticket is taken back.",surge:"Escalated: people cannot keep up, so the viewer is promised a callback instead of a place in the queue.",tree:"Answered: a step of a decision tree, or the answer at its end.",unreachable:"Another machine did not answer as it should."};var j="[\\p{L}\\p{N}'’.-]{1,30}",O="(?<![\\p{L}\\p{N}])",D="(?![\\p{L}\\p{N}])",vr="[A-Z]{1,2}\\d[A-Z\\d]? \\d[A-Z]{2}";function T(s,t=""){return new RegExp(s,`gu${t}`)}var bs=[T(O+vr+D),T(`(?<=${O}(?:post ?code|zip(?: code)?|postal code|plz|postleitzahl|code postal|código postal)(?: is| ist| est| es)?[ :]{1,3})(?:${vr}|\\d[\\d-]{3,9}(?: [A-Z]{2})?)${D}`,"i"),T(`(?<=nach |in |, )\\d{5} \\p{Lu}[\\p{Ll}-]{2,30}${D}`),T(`(?<![\\p{L}\\p{N}.,])\\d{1,4}[a-z]? (?:(?!the |a |of |in |down |up |on |off |per |way )${j} ){1,3}(?:street|st|road|rd|avenue|ave|lane|way|drive|close|court|gardens|grove|row|mews|terrace|crescent)${D}`,"i"),T(`${O}[\\p{L}-]{2,30}(?:straße|strasse|str\\.|allee|gasse|weg|platz|ring|damm|gracht) \\d{1,4}[a-z]?${D}`,"i"),T(`${O}(?:Am|An der|Auf dem|Im|In der|Unter den|Zum|Zur) \\p{Lu}[\\p{Ll}-]{2,30} \\d{1,4}[a-z]?${D}(?:, \\d{5} ${j})?`),T(`(?<![\\p{L}\\p{N}.,])\\d{1,4}(?: bis| ter)?,? (?:rue|place|avenue|boulevard|allée|quai|chemin|impasse)(?: (?:des?|du|la|le|les))* \\p{Lu}[\\p{L}'’-]{1,30}(?:, \\d{5} ${j})?`),T(`${O}(?:[Cc]alle|[Pp]laza|[Aa]venida|[Pp]aseo|[Vv]ia|[Vv]iale|[Pp]iazza|[Cc]orso)(?: (?:de|la|del))*(?: \\p{Lu}[\\p{L}'’-]{1,30}){1,3},? \\d{1,4}${D}(?:, ${j})?`),T(`${O}Postfach \\d{1,6}(?:, \\d{5} ${j})?`),T(`${O}(?:[Ff]lat|[Aa]partment|[Aa]pt|[Uu]nit) \\d{1,4}[a-zA-Z]?,? (?:\\p{Lu}${j}[ ,]{1,2}){0,4}\\p{Lu}${j}(?: \\d[A-Z]{2}${D})?`)],ks=T(`${O}(?:(?:address|(?:liefer|rechnungs)?adresse|anschrift|dirección|indirizzo)(?: is| ist| est| es| è| ?:)|(?:i|we|he|she|they) lives? (?:in|at|on)|(?:i|we|he|she|they) moved to|house is (?:in|at|on)|we['’]?re at|wohnen? (?:in|an)(?: der| dem)?|j['’]habite(?: au| à| en)?|vivo en(?: la)?|abito in)[ :]{1,3}`,"i"),wr=/[^\n?!;.]{3,80}/uy,$s=T(`${O}(?:house|cottage|court|mill|flat|tower|farm|lodge|manor|hill|building|barn|villa|residence|bakery|hall|halls|haus|hof)${D}`,"i"),xs=new RegExp("^(?:wrong|not|missing|incorrect|still|falsch|nicht|where|how)(?!\\p{L})|(?<!\\p{L})(?:floor|étage|piso|piano)(?!\\p{L})","iu"),Ss=/(?<!\d)\d{1,3}(?!\d)|\d{5}/u;function kr(s){let t=bs.flatMap(e=>[...s.matchAll(e)].map(r=>br(r.index,r[0])));for(let e of s.matchAll(ks)){wr.lastIndex=e.index+e[0].length;let r=wr.exec(s)?.[0].trimEnd()??"";As(r)&&t.push(br(e.index+e[0].length,r))}return t}function br(s,t){return[s,s+t.length]}function As(s){return xs.test(s)?!1:Ss.test(s)||s.search($s)>=0&&new RegExp("\\p{Lu}","u").test(s)}var _s=4e3,Es="/faces/desk/names.js",ht=null,$r=!1;function xr(s){return ht===null&&!$r&&($r=!0,import(Es).then(t=>{ht=t.namesIn,s()},()=>{})),ht}function mt(s,t){let e=s.slice(0,_s),r=[...kr(e),...t===null?[]:t(e)].sort((a,d)=>a[0]-d[0]),n=[],i=0;for(let[a,d]of r){if(d<=i)continue;let c=Math.max(a,i);c>i&&n.push({text:s.slice(i,c),isPersonal:!1}),n.push({text:s.slice(c,d),isPersonal:!0}),i=d}return i<s.length&&n.push({text:s.slice(i),isPersonal:!1}),n}var ft=class extends v{static{this.properties={candidate:{attribute:!1},number:{type:Number}}}static{this.styles=[k,b`
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
                <h3 class="name" id="name"><bdi>${h(t.snippet,63)}</bdi></h3>
                ${r===""?"":l`<span class="chip">${r}</span>`}
                ${n?l`<span class="chip">${o.personOnly}</span>`:""}
                <span class="grow"></span>
                <button ?disabled=${le(t)===""} @click=${()=>this.ask("insert-answer")}>
                    ${o.insert}<kbd>${e}</kbd><span class="unseen">${h(t.snippet,63)}</span>
                </button>
                <button class="plain" @click=${()=>this.ask("add-example")}>
                    ${o.addExample}<span class="unseen">${h(t.snippet,63)}</span>
                </button>
            </div>
            ${t.translation===null?"":Ts(t.translation)}
            ${t.answer===""?l`<p class="quiet">${o.noAnswer}</p>`:l`<p class="words answer" dir="auto">${$(t.answer)}</p>`}
            ${t.script===""?"":l`<div class="script">
                      <p class="quiet">${o.script}</p>
                      <p class="words" dir="auto">${$(t.script)}</p>
                  </div>`}
            <div class="from quiet">
                ${t.nearest===""?"":l`<p>${o.nearest}: <bdi class="words">${h(t.nearest)}</bdi></p>`}
                ${t.approvedBy===""?"":l`<p>
                          <bdi>${o.approved(h(t.approvedBy,100),P(t.approvedAt,"date"),t.revision)}</bdi>
                      </p>`}
            </div>
        </article>`}};function Ts(s){return l`<div class="translation">
        <p class="quiet">${o.translation(h(s.locale,35))}</p>
        <p class="words answer" dir="auto">${$(s.answer)}</p>
        <p class="quiet"><bdi>${o.approved(h(s.approvedBy,100),P(s.approvedAt,"date"),null)}</bdi></p>
    </div>`}customElements.define("skerry-candidate",ft);var Sr=b`
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
`;var Rs=60,Ps=700,gt=class extends v{constructor(){super();this.shownRow="";new A(this)}static{this.properties={desk:{attribute:!1}}}static{this.styles=[k,Sr]}updated(e){super.updated(e),this.shownRow!==this.desk.row&&(this.scrollTop=0),this.shownRow=this.desk.row}render(){let{opened:e,row:r,openProblem:n}=this.desk;if(r==="")return l`<p class="empty">${this.whatToDo}</p>`;if(e===null)return l`<p class="empty" role="status">${n===""?o.loading:o.refused(n)}</p>`;let{ticket:i}=e,a=xr(()=>this.requestUpdate());return l`${this.head(e)} ${Ms(i)}
            <section aria-labelledby="asked">
                <h2 id="asked" class="unseen">${o.question}</h2>
                ${Cs(i.text,a)}
            </section>
            ${qs(i)} ${this.replied(e)} ${this.candidates(i)} ${Ls(i)} ${Is(i)} ${Ds(i,a)}
            ${Os(e)} ${Ns(e)}
            ${Hs(i)} ${Us(e)}`}get whatToDo(){let{desk:e}=this;return e.rows.length>0?o.noTicket:e.view==="open"&&e.isRead&&e.queue.list("").length===0?o.quiet:""}head(e){let{about:r,ticket:n}=e,i=this.desk.chosen,a=i?.count??1,d=this.desk.view==="open"&&this.desk.isListed,c=d?V(r.due):null,u=I(o.kinds,n.kind),m=Date.parse(r.received);return l`<header>
            <div class="bar">
                ${u?l`<span class="chip late">${u}</span>`:""}
                ${c===null?"":l`<span class="chip deadline ${c<0?"late":c<Rs?"soon":""}">
                          ${c<0?o.over(_(c)):o.left(_(c))}
                      </span>`}
                ${d?l`<span class="chip">${o.waiting(_((R()-m)/1e3))}</span>`:""}
                ${a>1?l`<strong class="chip">${o.asks(a)}</strong>`:""}
                ${this.claimed(e,d)}
            </div>
            ${d||this.desk.view==="answered"?"":l`<p class="gone" role="status">${o.gone}</p>`}
            ${a>1&&!this.desk.forAll?this.members(i?.tickets.length??1):""}
        </header>`}claimed(e,r){let{desk:n}=this;if(!r)return"";let i=P(e.about.claimed_until,"clock");return n.isOthers?l`<div class="bar claim">
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
        </section>`}};function Cs(s,t){let e=mt($(s),t),r=e.some(n=>n.isPersonal)?l`<p class="quiet">${o.personalHint}</p>`:"";return s.length>Ps?l`<p class="words question long" dir="auto" tabindex="0">${yt(e)}</p>${r}`:l`<p class="words question" dir="auto">${yt(e)}</p>${r}`}function yt(s){return s.map(t=>t.isPersonal?l`<mark>${t.text}</mark>`:t.text)}function Ms(s){let t=I(o.kindNotice,s.kind)??"";return t===""&&s.harm.length===0?"":l`<section class="care" aria-labelledby="care">
        <h2 id="care">${o.harmNotice}</h2>
        ${s.harm.map(([e,r])=>l`<p>${o.harmOf(I(o.harm,e)??h(e),`${Math.round(r*100)} %`)}</p>`)}
        ${t===""?"":l`<p>${t}</p>`}
    </section>`}function qs(s){let t=Ar(s.because);return l`<section aria-labelledby="why">
        <h2 id="why">${o.why}</h2>
        <p><bdi>${Ar(s.reason)||h(s.reason,63)}</bdi></p>
        ${t===""?"":l`<p class="quiet">${o.because(t)}</p>`}
        <div class="bar">
            ${s.promisedWaitS===null?"":l`<span class="chip">${o.promised(_(s.promisedWaitS))}</span>`}
            ${s.joins===""?"":l`<span class="chip">${o.followsUp}</span>`}
            ${s.languages.length<2?"":l`<span class="chip">
                      ${o.languages(h(s.languages[0]??"",35),h(s.languages[1]??"",35))}
                  </span>`}
            ${s.flags.map(e=>l`<span class="chip"><bdi>${h(e,80)}</bdi></span>`)}
        </div>
        ${_r(o.refusedOffers,s.refused.join(", "))} ${_r(o.picked,s.picked)}
    </section>`}function Ar(s){let t=(I(yr,s)??"").replace(/^[^:.]{1,40}: /,"");return t.charAt(0).toUpperCase()+t.slice(1)}function _r(s,t){return t===""?"":l`<p class="quiet">${s}: <bdi class="words">${h(t)}</bdi></p>`}function Ls({path:s,typed:t}){return s.length===0?"":l`<section aria-labelledby="path">
        <h2 id="path">${o.path}</h2>
        <ol>
            ${s.map(e=>l`<li>
                        <span class="words" dir="auto">${$(e.say)}</span>
                        <p class="quiet"><bdi class="words">${o.pressed($(e.label))}</bdi></p>
                    </li>`)}
        </ol>
        ${t===null?"":l`<p><bdi class="words">${o.typed(h(t.name,63),h(t.value),t.isPersonal)}</bdi></p>`}
    </section>`}function Is({parts:s}){return s.length===0?"":l`<section aria-labelledby="parts">
        <h2 id="parts">${o.parts}</h2>
        <ol>
            ${s.map(t=>l`<li class="words" dir="auto">${$(t.text)} <bdi class="quiet">${h(t.snippet)}</bdi></li>`)}
        </ol>
    </section>`}function Ds({transcript:s},t){return s.length===0?"":l`<section aria-labelledby="transcript">
        <h2 id="transcript">${o.transcript}</h2>
        <ol class="turns">
            ${s.map(e=>l`<li>
                        <p class="words" dir="auto">${yt(mt($(e.text),t))}</p>
                        <p class="quiet">
                            ${P(e.at)} · ${I(o.outcomes,e.outcome)??h(e.outcome,40)}
                            <bdi>${h(e.snippet,63)}</bdi>
                        </p>
                    </li>`)}
        </ol>
    </section>`}function Os({about:s}){let t=s.merged;return t==null?"":l`<section aria-labelledby="merged">
        <h2 id="merged">${o.merged}</h2>
        ${t.merges.map(e=>l`<p class="quiet">${o.mergedWhy} <bdi>${h(e.why,500)}</bdi></p>`)}
        <ol class="turns">
            ${t.tickets.map(e=>l`<li>
                        <p class="words" dir="auto">${$(e.text)}</p>
                        <p class="quiet">${P(e.received)} · <bdi>${h(e.island,127)}</bdi></p>
                        ${e.reply===""?"":l`<p class="quiet">${o.sentReply}</p>
                                  <p class="words" dir="auto">${$(e.reply)}</p>`}
                    </li>`)}
        </ol>
    </section>`}function Ns({about:s}){let t=s.consent;return t==null?"":l`<section aria-labelledby="consent">
        <h2 id="consent">${o.consent}</h2>
        ${t.purposes.length===0?l`<p>${o.noConsent}</p>`:""}
        <ul>
            ${t.purposes.map(e=>l`<li>
                        <bdi>${h(e.purpose,63)}</bdi> ·
                        ${e.verified?o.agreed(e.version,e.in_force):o.notVerified(e.version)}
                    </li>`)}
        </ul>
        ${t.hides_transcript?l`<p class="quiet">${t.purposes.every(e=>e.verified)?o.hiddenTranscript:o.unverifiedTranscript}</p>`:""}
    </section>`}function Hs({context:s}){return s.length===0?"":l`<section aria-labelledby="context">
        <h2 id="context">${o.context}</h2>
        ${Er(s)}
    </section>`}function Er(s){return l`<dl>
        ${s.filter(([,t])=>t!=="").map(([t,e])=>l`<dt dir="auto">${h(t.replaceAll("_"," "),63)}</dt>
                        <dd class="words" dir="auto">${$(e)}</dd>`)}
    </dl>`}function Us({about:s,ticket:t}){return l`<details>
        <summary>${o.facts}</summary>
        ${Er([[o.island,t.island],[o.lane,t.lane],[o.channel,t.channel],[o.locale,t.locale],[o.sourceId,t.sourceId],[o.pop,t.pop],[o.ticket,t.id]])}
        <h2>${o.history}</h2>
        <ol>
            ${s.history.map(e=>l`<li>
                        <bdi>${h(e.who,63)}</bdi> ${I(o.actions,e.action)??h(e.action,63)}
                        <span class="quiet">${P(e.at)}</span>
                    </li>`)}
        </ol>
    </details>`}customElements.define("skerry-ticket",gt);var Tr=b`
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
`;var zs={j:"next",k:"before",c:"claim",x:"release",e:"edit",r:"resolve","?":"help",1:"insert-1",2:"insert-2",3:"insert-3"},Bs=new Set(["next","before"]);function Rr(s,t,e){let r=Ws(s,t,e);return s.repeat&&!Bs.has(r)?null:r}function Ws(s,t,e){return s.isComposing?null:(s.ctrlKey||s.metaKey)&&s.key==="Enter"?s.shiftKey?"send-resolve":"send":s.ctrlKey||s.metaKey||s.altKey?null:s.key==="Escape"?"leave":t||!e?null:zs[Ks(s)]??null}function Ks({key:s,code:t,shiftKey:e}){if(/^[a-z0-9?]$/i.test(s))return s.toLowerCase();let r=/^Digit([123])$/.exec(t)??(s>"~"?/^Key([A-Z])$/.exec(t):null);return r!==null&&!e?(r[1]??"").toLowerCase():s==="؟"?"?":s}var Fs=new Set(["checkbox","radio","button","submit","reset","range"]);function Ce(s){return s instanceof HTMLInputElement?!Fs.has(s.type):s instanceof HTMLTextAreaElement||s instanceof HTMLSelectElement?!0:s instanceof HTMLElement&&s.isContentEditable}var js=["open","answered","drafts","board"],vt=matchMedia("(max-width: 700px)"),Qs=new Set(["send","send-resolve","resolve"]),Vs=6e3,Gs=1500,wt=class extends v{constructor(){super();this.desk=new Te;this.isInTicket=!1;this.early={row:"",acts:[]};this.noticeTimer=0;this.noticeShown="";this.onWidth=()=>{this.toggleAttribute("dock",vt.matches||new URLSearchParams(location.search).has("dock")),this.requestUpdate()};this.onKey=e=>{let r=e.composedPath()[0];if(!this.desk.isSignedIn||this.hasDialog)return;let n=Rr(e,Ce(r),ve());n!==null&&(e.preventDefault(),this.doEarly(),this.do(n,r))};this.resolve=()=>{this.renderRoot.querySelector("dialog")?.close(),this.desk.resolve()};new A(this,()=>this.onChange())}static{this.styles=[k,Tr]}connectedCallback(){super.connectedCallback(),we(),vt.addEventListener("change",this.onWidth),document.addEventListener("keydown",this.onKey),this.onWidth(),this.desk.start()}disconnectedCallback(){super.disconnectedCallback(),vt.removeEventListener("change",this.onWidth),document.removeEventListener("keydown",this.onKey)}get isDock(){return this.hasAttribute("dock")}onChange(){let{desk:e}=this;this.doEarly(),e.notice!==this.noticeShown&&(this.noticeShown=e.notice,window.clearTimeout(this.noticeTimer),this.noticeTimer=window.setTimeout(()=>{e.notice="",e.tell()},Vs));let r=e.isSignedIn?e.queue.list("").reduce((n,i)=>n+i.count,0):0;document.title=r>0?`(${r}) ${o.title}`:o.title}updated(e){super.updated(e),this.desk.row===""&&this.isInTicket&&(this.isInTicket=!1,this.requestUpdate())}get hasDialog(){return["skerry-help","skerry-draft"].some(n=>this.renderRoot.querySelector(n)?.renderRoot.querySelector("dialog")?.open)||this.renderRoot.querySelector("dialog")?.open===!0}do(e,r){let{desk:n}=this;if(e==="help")return this.renderRoot.querySelector("skerry-help")?.show();if(e==="leave")return this.leave(r);if(!(n.view!=="open"&&n.view!=="answered")){if(e==="next"||e==="before")return this.move(e==="next"?1:-1);if(e==="edit")return this.edit();if(n.opened===null)return this.keepEarly(e);e==="claim"?n.claim():e==="release"?n.release():e==="resolve"?this.askResolve():e==="send"||e==="send-resolve"?this.send(e==="send-resolve",r):n.insert(Number(e.slice(-1)))}}async send(e,r){let{row:n}=this.desk;await this.desk.send({resolve:e}),!(this.desk.row===n||!Ce(r))&&(r.blur(),this.isDock||this.renderRoot.querySelector("skerry-queue")?.focus())}keepEarly(e){let{row:r}=this.desk;r!==""&&(this.early.row!==r&&(this.early={row:r,acts:[]}),!(this.early.acts.length===0&&Qs.has(e)&&!this.desk.hasBegunToWrite)&&this.early.acts.push(e))}doEarly(){let{early:e,desk:r}=this;if(!(e.acts.length===0||e.row===r.row&&r.opened===null)&&(this.early={row:"",acts:[]},e.row===r.row))for(let n of e.acts)this.do(n,null)}move(e){this.desk.move(e),this.isDock||this.renderRoot.querySelector("skerry-queue")?.focus()}edit(){this.renderRoot.querySelector("skerry-reply")?.focus()}leave(e){Ce(e)&&e.blur(),this.showList()}showList(){this.isInTicket=!1,this.requestUpdate(),this.updateComplete.then(()=>this.renderRoot.querySelector("skerry-queue")?.focus())}showTicket(){this.isDock&&(this.isInTicket=!0,this.requestUpdate(),this.updateComplete.then(()=>this.renderRoot.querySelector(".back button")?.focus()))}askResolve(){this.desk.isOthers||this.desk.opened===null||(this.desk.view==="answered"||this.desk.opened.about.reply!==""?this.desk.resolve():this.renderRoot.querySelector("dialog")?.showModal())}askExample(e){let r=this.desk.opened?.ticket;if(!r)return;let n=r.candidates[e-1]?.snippet??"";this.renderRoot.querySelector("skerry-draft")?.ask("example",se(r.text),n)}render(){let{desk:e}=this;return e.isSignedIn?l`${this.top()} ${this.connection()}
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
                ${js.map(r=>l`<button aria-current=${e.view===r?"page":"false"} @click=${()=>e.show(r)}>
                            ${o.views[r]}
                        </button>`)}
            </nav>
            <span class="grow said" role="status">${e.notice}</span>
            <bdi class="quiet who">${e.me?o.signedInAs(e.me.name,e.me.tenant,e.me.lane):""}</bdi>
            <button aria-label=${o.help} @click=${()=>this.do("help",null)}><kbd class="alone">?</kbd></button>
            <button class="plain" @click=${()=>e.signOut()}>${o.signOut}</button>
        </header>`}connection(){let{desk:e}=this,r=e.connection==="lost"&&R()-e.lostAt>=Gs,n=r?o.lost(_((R()-e.lostAt)/1e3)):e.connection==="connecting"&&!e.isRead?o.connecting:"";return l`<div class="lost soon" role="region" aria-label=${o.connection} ?hidden=${n===""}>${n}</div>
            <div class="unseen" role="status">${r?o.lostShort:""}</div>`}view(){let{desk:e}=this;if(e.view==="drafts")return l`<skerry-drafts .desk=${e}></skerry-drafts>`;if(e.view==="board")return l`<skerry-board .desk=${e}></skerry-board>`;let r=this.isDock&&this.isInTicket;return l`<div class="side" ?hidden=${r}>
                <skerry-lanes .desk=${e} ?dock=${this.isDock} ?hidden=${e.view!=="open"}></skerry-lanes>
                <skerry-queue .desk=${e}></skerry-queue>
            </div>
            <div class="ticket" ?hidden=${this.isDock&&!r}>
                ${r?l`<div class="back"><button @click=${()=>this.showList()}>${o.back}<kbd>Esc</kbd></button></div>`:""}
                <skerry-ticket .desk=${e}></skerry-ticket>
                <skerry-reply .desk=${e} ?hidden=${e.row===""}></skerry-reply>
            </div>`}};customElements.define("skerry-desk",wt);
