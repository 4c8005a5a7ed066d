import "./skerry-wall.ts"
